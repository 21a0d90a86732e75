using static TorchSharp.torch;

namespace Tef.Backends.Torch.Engine;

/// <summary>
/// How sequences lie in a matrix of rows <c>[N, C]</c>: one after another, without padding. Dense batches are the special case
/// of equal lengths.
/// </summary>
internal sealed class SequenceLayout
{
    private readonly int[] _offsets;

    private SequenceLayout(int[] offsets, bool isUniform, Tensor? positions)
    {
        _offsets = offsets;
        IsUniform = isUniform;
        Positions = positions;
        for (int sequence = 0; sequence < Batch; sequence++)
            MaxLength = Math.Max(MaxLength, Length(sequence));
    }

    /// <summary>Number of sequences, <c>B</c>; some may be empty.</summary>
    public int Batch => _offsets.Length - 1;

    /// <summary>Number of rows, <c>N</c>.</summary>
    public int Rows => _offsets[^1];

    /// <summary>The longest sequence.</summary>
    public int MaxLength { get; }

    /// <summary>Whether all sequences are equally long.</summary>
    public bool IsUniform { get; }

    /// <summary>First row of each sequence, and the number of rows at the end, <c>[B + 1]</c>.</summary>
    public ReadOnlySpan<int> Offsets => _offsets;

    /// <summary>
    /// Where each row stands in its text, int64 <c>[N]</c>; null where no block asks. Packing rows keeps their positions.
    /// </summary>
    public Tensor? Positions { get; }

    /// <summary>Sequences of the same length.</summary>
    /// <param name="batch">Number of sequences.</param>
    /// <param name="length">Rows of each.</param>
    /// <param name="positions">Where each row stands, int64 <c>[N]</c>.</param>
    public static SequenceLayout Uniform(int batch, int length, Tensor? positions = null)
    {
        var offsets = new int[batch + 1];
        for (int sequence = 0; sequence <= batch; sequence++)
            offsets[sequence] = sequence * length;
        return new SequenceLayout(offsets, true, positions);
    }

    /// <summary>Sequences of any lengths.</summary>
    /// <param name="lengths">Number of rows of each sequence.</param>
    /// <param name="positions">Where each row stands, int64 <c>[N]</c>.</param>
    public static SequenceLayout Ragged(ReadOnlySpan<int> lengths, Tensor? positions = null)
    {
        var offsets = new int[lengths.Length + 1];
        bool isUniform = true;
        for (int sequence = 0; sequence < lengths.Length; sequence++)
        {
            offsets[sequence + 1] = offsets[sequence] + lengths[sequence];
            isUniform &= lengths[sequence] == lengths[0];
        }
        return new SequenceLayout(offsets, isUniform, positions);
    }

    /// <summary>Sequences that begin at given rows.</summary>
    /// <param name="offsets">First row of each sequence, and the number of rows at the end.</param>
    public static SequenceLayout At(ReadOnlySpan<int> offsets)
    {
        var lengths = new int[offsets.Length - 1];
        for (int sequence = 0; sequence < lengths.Length; sequence++)
            lengths[sequence] = offsets[sequence + 1] - offsets[sequence];
        return Ragged(lengths);
    }

    /// <summary>The same sequences with the positions of their rows.</summary>
    /// <param name="positions">Where each row stands, int64 <c>[N]</c>.</param>
    public SequenceLayout WithPositions(Tensor? positions) => new(_offsets, IsUniform, positions);

    /// <summary>The sequences as they lie once other rows are gone; those that stay keep their positions.</summary>
    /// <param name="kept">Rows that stay, bool with <see cref="Rows"/> elements.</param>
    public SequenceLayout Keep(Tensor kept)
    {
        var positions = Positions?.masked_select(kept.view(-1));
        if (IsUniform)
            return Ragged(kept.view(Batch, MaxLength).sum(-1, type: ScalarType.Int32).cpu().data<int>().ToArray(), positions);
        bool[] rows = kept.cpu().contiguous().data<bool>().ToArray();
        var lengths = new int[Batch];
        for (int sequence = 0; sequence < Batch; sequence++)
            lengths[sequence] = rows.AsSpan(_offsets[sequence], Length(sequence)).Count(true);
        return Ragged(lengths, positions);
    }

    /// <summary>First row of each sequence that has any.</summary>
    public long[] Starts() =>
        [.. Enumerable.Range(0, Batch).Where(sequence => Length(sequence) > 0).Select(sequence => (long)_offsets[sequence])];

    /// <summary>
    /// How the sequences lie when padded to equal length: the row of each padded place, <c>[B·T]</c>, row 0 behind the end of a
    /// sequence; and the padded place of each row, <c>[N]</c>.
    /// </summary>
    /// <param name="device">Where the indices go.</param>
    public (Tensor Padded, Tensor Taken) Padding(Device device)
    {
        var padded = new long[Batch * MaxLength];
        var taken = new long[Rows];
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            for (int i = 0; i < Length(sequence); i++)
            {
                int place = (sequence * MaxLength) + i;
                padded[place] = _offsets[sequence] + i;
                taken[_offsets[sequence] + i] = place;
            }
        }
        return (tensor(padded, device: device), tensor(taken, device: device));
    }

    /// <summary>Number of rows of a sequence.</summary>
    public int Length(int sequence) => _offsets[sequence + 1] - _offsets[sequence];
}
