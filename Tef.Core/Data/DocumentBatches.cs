using Tef.Core.Numerics;

namespace Tef.Core.Data;

/// <summary>
/// Training batches whose rows are documents, or pieces of long ones: each begins with the end-of-text token before it, as a
/// document does when it is generated, and ends with its own as the last target. A batch is a function of seed and step.
/// </summary>
/// <remarks>
/// Every epoch takes the pieces in another random order. With <see cref="PackingOptions.GroupByLength"/>, <see cref="WindowBatches"/>
/// batches at a time are sorted by length among themselves and taken in random order. The last batch of an epoch may have fewer rows.
/// </remarks>
public sealed class DocumentBatches : ITokenBatches
{
    private const int WindowBatches = 64;
    private const int OrderStream = 3;
    private const int WindowStream = 4;
    private const int ScanChunk = 1 << 16;

    private readonly ITokenSource _source;
    private readonly PackingOptions _packing;
    private readonly int _batchSize;
    private readonly int _seed;
    private readonly int _endOfText;
    private readonly List<Piece> _pieces = [];
    private readonly long _tokens;
    private Window? _window;

    /// <summary>Looks up where documents begin; reads the text once.</summary>
    /// <param name="source">The text.</param>
    /// <param name="sequenceLength">The longest row, <c>T</c>; longer documents are cut into pieces.</param>
    /// <param name="batchSize">Rows of a batch, <c>B</c>.</param>
    /// <param name="seed">The same seed gives the same batches.</param>
    /// <param name="packing">Stride of the pieces, and whether to group them by length.</param>
    /// <exception cref="ArgumentException">
    /// The text holds no document or does not know its end-of-text token, or the stride is longer than a sequence.
    /// </exception>
    public DocumentBatches(ITokenSource source, int sequenceLength, int batchSize, int seed, PackingOptions packing)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(packing);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequenceLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _source = source;
        _packing = packing;
        _batchSize = batchSize;
        _seed = seed;
        _endOfText = PackingOptions.EndOfText(source);
        int stride = packing.StrideOf(sequenceLength);
        long begin = 0;
        foreach (long end in Borders(source, _endOfText))
        {
            AddPieces(begin, end - begin, sequenceLength, stride);
            begin = end;
        }

        if (_pieces.Count == 0)
            throw new ArgumentException($"A text of {source.Count} tokens holds no document to train on.", nameof(source));
        _tokens = _pieces.Sum(piece => (long)piece.Length);
    }

    /// <summary>Documents and pieces of documents in the text.</summary>
    public int Pieces => _pieces.Count;

    /// <inheritdoc />
    public long BatchesPerEpoch => (_pieces.Count + _batchSize - 1) / _batchSize;

    /// <inheritdoc />
    public double EpochAt(long step) => (double)step / BatchesPerEpoch;

    /// <inheritdoc />
    /// <remarks>Within an epoch, tokens are counted as if they were spread evenly over its batches.</remarks>
    public long TokensAt(long step)
    {
        (long epochs, long batches) = Math.DivRem(step, BatchesPerEpoch);
        return epochs * _tokens + (long)((double)_tokens * batches / BatchesPerEpoch);
    }

    /// <inheritdoc />
    public TokenBatch Read(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        (long epoch, long place) = Math.DivRem(step, BatchesPerEpoch);
        int[] rows = Rows(epoch, (int)place);
        int length = rows.Max(row => _pieces[row].Length);
        var batch = new TokenBatch(rows.Length, length);
        int[] tokens = new int[length + 1];
        var runs = new List<int>(2 * rows.Length + 1);
        for (int row = 0; row < rows.Length; row++)
        {
            Piece piece = _pieces[rows[row]];
            int first = row * length;
            _source.Read(piece.Start, tokens.AsSpan(0, piece.Length + 1));
            for (int i = 0; i < piece.Length; i++)
            {
                batch.Inputs[first + i] = tokens[i];
                batch.Targets[first + i] = tokens[i + 1];
            }

            batch.Inputs.AsSpan(first + piece.Length, length - piece.Length).Fill(_endOfText);
            batch.Targets.AsSpan(first + piece.Length, length - piece.Length).Fill(TokenBatch.IgnoredTarget);
            batch.Padding += length - piece.Length;
            runs.Add(first);
            if (piece.Length < length)
                runs.Add(first + piece.Length);
        }

        runs.Add(rows.Length * length);
        if (batch.Padding > 0)
            batch.Runs = [.. runs];
        return batch;
    }

    /// <summary>Where documents end: the places of the end-of-text tokens, and of the last token if it is none.</summary>
    private static IEnumerable<long> Borders(ITokenSource source, int endOfText)
    {
        int[] chunk = new int[ScanChunk];
        for (long start = 0; start < source.Count; start += ScanChunk)
        {
            int count = (int)Math.Min(ScanChunk, source.Count - start);
            source.Read(start, chunk.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                if (chunk[i] == endOfText || start + i == source.Count - 1)
                    yield return start + i;
            }
        }
    }

    /// <param name="start">The first token.</param>
    /// <param name="count">Tokens that have a target in the document.</param>
    /// <param name="longest">The longest piece.</param>
    /// <param name="stride">Tokens between the beginnings of pieces.</param>
    private void AddPieces(long start, long count, int longest, int stride)
    {
        // An end-of-text token followed by another is no document.
        if (count <= 1)
            return;
        for (long offset = 0; ; offset += stride)
        {
            int length = (int)Math.Min(longest, count - offset);
            _pieces.Add(new Piece(start + offset, length));
            if (offset + length >= count)
                return;
        }
    }

    /// <summary>The pieces of a batch.</summary>
    private int[] Rows(long epoch, int batch)
    {
        if (!_packing.GroupByLength)
            return Ordered(epoch, batch * _batchSize, Math.Min(_batchSize, _pieces.Count - batch * _batchSize));

        int index = batch / WindowBatches;
        Window? window = _window;
        if (window is null || window.Epoch != epoch || window.Index != index)
            _window = window = Sort(epoch, index);
        return window.Batches[batch % WindowBatches];
    }

    /// <summary>Pieces in the random order of an epoch.</summary>
    private int[] Ordered(long epoch, int first, int count)
    {
        var order = new IndexPermutation(_pieces.Count, CounterRandom.Bits(_seed, OrderStream, epoch));
        int[] rows = new int[count];
        for (int i = 0; i < count; i++)
            rows[i] = (int)order[first + i];
        return rows;
    }

    private Window Sort(long epoch, int index)
    {
        int size = WindowBatches * _batchSize;
        int first = index * size;
        int[] rows = Ordered(epoch, first, Math.Min(size, _pieces.Count - first));
        int[][] sorted = [.. rows.OrderBy(row => _pieces[row].Length).Chunk(_batchSize)];
        var order = new IndexPermutation(sorted.Length, CounterRandom.Bits(_seed, WindowStream, epoch * int.MaxValue + index));
        return new Window(epoch, index, [.. Enumerable.Range(0, sorted.Length).Select(place => sorted[order[place]])]);
    }

    private readonly record struct Piece(long Start, int Length);

    /// <summary>The batches of one window of an epoch, kept because they are mostly read in order.</summary>
    private sealed record Window(long Epoch, int Index, int[][] Batches);
}
