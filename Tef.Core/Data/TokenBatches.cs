using System.Buffers;
using Tef.Core.Numerics;

namespace Tef.Core.Data;

/// <summary>
/// Training batches of a text: blocks of <c>T</c> tokens with the token after each as its target. A batch is a pure function of
/// seed and step, so there is no state to save: a run resumes at any step, on any number of threads.
/// </summary>
/// <remarks>
/// <para>
/// The text is a ring of N tokens. Every epoch cuts it into ⌊N/S⌋ blocks, S being the stride, from a random start, so that block
/// borders move, and takes them in a random order. Batches go on over the end of an epoch, so that all have <c>B</c> rows and no
/// block is lost.
/// </para>
/// <para>
/// Workers share an epoch without talking to each other: worker r of k reads <c>Read(step · k + r, …)</c>.
/// </para>
/// </remarks>
public sealed class TokenBatches : ITokenBatches
{
    private const int OrderStream = 1;
    private const int OffsetStream = 2;
    private readonly ITokenSource _source;
    private readonly PackingOptions _packing;
    private readonly int _stride;

    /// <summary>Prepares batches; nothing is read yet.</summary>
    /// <param name="source">The text; at least <paramref name="sequenceLength"/> + 1 tokens, so that every token has a target.</param>
    /// <param name="sequenceLength">Tokens of a block, <c>T</c>.</param>
    /// <param name="batchSize">Blocks of a batch, <c>B</c>.</param>
    /// <param name="seed">The same seed gives the same batches.</param>
    /// <param name="packing">Stride of the blocks, and whether documents are separate; by default neither overlap nor borders.</param>
    /// <exception cref="ArgumentException">
    /// The text is too short, the stride longer than a block, or separate documents are asked for in a text whose end-of-text token is
    /// not known.
    /// </exception>
    public TokenBatches(ITokenSource source, int sequenceLength, int batchSize, int seed, PackingOptions? packing = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequenceLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (source.Count <= sequenceLength)
        {
            throw new ArgumentException(
                $"A text of {source.Count} tokens is too short for sequences of {sequenceLength}: it needs at least {sequenceLength + 1L}.",
                nameof(source));
        }

        _source = source;
        _packing = packing ?? new PackingOptions();
        _stride = _packing.StrideOf(sequenceLength);
        if (_packing.SeparateDocuments)
            _ = PackingOptions.EndOfText(source);
        SequenceLength = sequenceLength;
        BatchSize = batchSize;
        Seed = seed;
        BlocksPerEpoch = source.Count / _stride;
    }

    /// <summary>Tokens of a block, <c>T</c>.</summary>
    public int SequenceLength { get; }

    /// <summary>Blocks of a batch, <c>B</c>.</summary>
    public int BatchSize { get; }

    /// <summary>What orders the blocks.</summary>
    public int Seed { get; }

    /// <summary>Blocks of one pass over the text, ⌊N/S⌋.</summary>
    public long BlocksPerEpoch { get; }

    /// <summary>Batches until every block of an epoch was seen: <see cref="BlocksPerEpoch"/> over <see cref="BatchSize"/>, rounded up.
    /// </summary>
    public long BatchesPerEpoch => (BlocksPerEpoch + BatchSize - 1) / BatchSize;

    /// <inheritdoc />
    public double EpochAt(long step) => (double)step * BatchSize / BlocksPerEpoch;

    /// <inheritdoc />
    public long TokensAt(long step) => step * BatchSize * SequenceLength;

    /// <inheritdoc />
    public TokenBatch Read(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var batch = new TokenBatch(BatchSize, SequenceLength);
        int t = SequenceLength;
        int[] block = ArrayPool<int>.Shared.Rent(t + 1);
        for (int row = 0; row < BatchSize; row++)
        {
            Span<int> tokens = block.AsSpan(0, t + 1);
            ReadRing(BlockStart(checked(step * BatchSize + row)), tokens);
            for (int i = 0; i < t; i++)
            {
                batch.Inputs[row * t + i] = tokens[i];
                batch.Targets[row * t + i] = tokens[i + 1];
            }
        }

        ArrayPool<int>.Shared.Return(block);
        if (_packing.SeparateDocuments)
            batch.Separate(_source.EndOfText!.Value, _packing.RestartPositions);
        return batch;
    }

    /// <summary>Where the n-th block of the run begins, in the order of training.</summary>
    private long BlockStart(long n)
    {
        (long epoch, long place) = Math.DivRem(n, BlocksPerEpoch);
        var order = new IndexPermutation(BlocksPerEpoch, CounterRandom.Bits(Seed, OrderStream, epoch));
        long offset = CounterRandom.Below(Seed, OffsetStream, epoch, _source.Count);
        return (offset + order[place] * _stride) % _source.Count;
    }

    private void ReadRing(long start, Span<int> destination)
    {
        int head = (int)Math.Min(destination.Length, _source.Count - start);
        _source.Read(start, destination[..head]);
        if (head < destination.Length)
            _source.Read(0, destination[head..]);
    }
}
