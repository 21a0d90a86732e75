using System.Buffers;
using Tef.Core.Numerics;

namespace Tef.Core.Data;

/// <summary>
/// Training batches of a text: blocks of <c>T</c> tokens with the token after each as its target. A batch is a pure function of
/// seed and step, so there is no state to save: a run resumes at any step, on any number of threads.
/// </summary>
/// <remarks>
/// <para>
/// The text is a ring of N tokens. Every epoch cuts it into ⌊N/T⌋ blocks from a random start, so that block borders move, and
/// takes them in a random order. Batches go on over the end of an epoch, so that all have <c>B</c> rows and no block is lost.
/// </para>
/// <para>
/// Workers share an epoch without talking to each other: worker r of k reads <c>Read(step · k + r, …)</c>.
/// </para>
/// </remarks>
public sealed class TokenBatches
{
    private const int OrderStream = 1;
    private const int OffsetStream = 2;
    private readonly ITokenSource _source;

    /// <summary>Prepares batches; nothing is read yet.</summary>
    /// <param name="source">The text; at least <paramref name="sequenceLength"/> + 1 tokens, so that every token has a target.</param>
    /// <param name="sequenceLength">Tokens of a block, <c>T</c>.</param>
    /// <param name="batchSize">Blocks of a batch, <c>B</c>.</param>
    /// <param name="seed">The same seed gives the same batches.</param>
    /// <exception cref="ArgumentException">The text is too short; the message names both lengths.</exception>
    public TokenBatches(ITokenSource source, int sequenceLength, int batchSize, int seed)
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
        SequenceLength = sequenceLength;
        BatchSize = batchSize;
        Seed = seed;
        BlocksPerEpoch = source.Count / sequenceLength;
    }

    /// <summary>Tokens of a block, <c>T</c>.</summary>
    public int SequenceLength { get; }

    /// <summary>Blocks of a batch, <c>B</c>.</summary>
    public int BatchSize { get; }

    /// <summary>What orders the blocks.</summary>
    public int Seed { get; }

    /// <summary>Blocks of one pass over the text, ⌊N/T⌋.</summary>
    public long BlocksPerEpoch { get; }

    /// <summary>Batches until every block of an epoch was seen: <see cref="BlocksPerEpoch"/> over <see cref="BatchSize"/>, rounded up.
    /// </summary>
    public long BatchesPerEpoch => (BlocksPerEpoch + BatchSize - 1) / BatchSize;

    /// <summary>Passes over the text, with fraction, once the steps before <paramref name="step"/> are done.</summary>
    /// <param name="step">Number of batches read.</param>
    public double EpochAt(long step) => (double)step * BatchSize / BlocksPerEpoch;

    /// <summary>Reads a batch. Safe to call from many threads.</summary>
    /// <param name="step">The batch, counted from zero; there is no last one.</param>
    /// <param name="inputs">Receives ids, row after row, <c>[B, T]</c>.</param>
    /// <param name="targets">Receives the id after each input, <c>[B, T]</c>.</param>
    /// <exception cref="ArgumentException">A span has another length than <c>B·T</c>.</exception>
    public void Read(long step, Span<int> inputs, Span<int> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        RequireLength(inputs.Length, nameof(inputs));
        RequireLength(targets.Length, nameof(targets));
        int t = SequenceLength;
        int[] block = ArrayPool<int>.Shared.Rent(t + 1);
        for (int row = 0; row < BatchSize; row++)
        {
            Span<int> tokens = block.AsSpan(0, t + 1);
            ReadRing(BlockStart(checked(step * BatchSize + row)), tokens);
            tokens[..t].CopyTo(inputs.Slice(row * t, t));
            tokens[1..].CopyTo(targets.Slice(row * t, t));
        }

        ArrayPool<int>.Shared.Return(block);
    }

    /// <summary>Where the n-th block of the run begins, in the order of training.</summary>
    private long BlockStart(long n)
    {
        (long epoch, long place) = Math.DivRem(n, BlocksPerEpoch);
        var order = new IndexPermutation(BlocksPerEpoch, CounterRandom.Bits(Seed, OrderStream, epoch));
        long offset = CounterRandom.Below(Seed, OffsetStream, epoch, _source.Count);
        return (offset + order[place] * SequenceLength) % _source.Count;
    }

    private void ReadRing(long start, Span<int> destination)
    {
        int head = (int)Math.Min(destination.Length, _source.Count - start);
        _source.Read(start, destination[..head]);
        if (head < destination.Length)
            _source.Read(0, destination[head..]);
    }

    private void RequireLength(int length, string parameter)
    {
        long expected = (long)BatchSize * SequenceLength;
        if (length != expected)
        {
            throw new ArgumentException(
                $"A batch of {BatchSize} sequences of {SequenceLength} tokens has {expected} ids, but the span holds {length}.", parameter);
        }
    }
}
