using System.Numerics;

namespace Tef.Core.Data;

/// <summary>
/// Tokens in memory, added document by document; two bytes each when the vocabulary has at most 65,536 ids. Many threads may
/// read at once, but not while tokens are added.
/// </summary>
public sealed class MemoryTokenSource : ITokenSource, ITokenSink
{
    private readonly ChunkedList<ushort>? _narrow;
    private readonly ChunkedList<int>? _wide;

    /// <summary>Starts empty.</summary>
    /// <param name="vocabularySize">Ids are at least 0 and below this.</param>
    /// <param name="endOfText">The id that ends each document, if it is known.</param>
    public MemoryTokenSource(int vocabularySize, int? endOfText = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        VocabularySize = vocabularySize;
        EndOfText = endOfText;
        if (vocabularySize <= ushort.MaxValue + 1)
            _narrow = new();
        else
            _wide = new();
    }

    /// <summary>Ids are below this.</summary>
    public int VocabularySize { get; }

    /// <inheritdoc />
    public int? EndOfText { get; }

    /// <inheritdoc />
    public long Count => _narrow?.Count ?? _wide!.Count;

    /// <inheritdoc />
    public long TextBytes { get; private set; }

    /// <inheritdoc />
    public void Add(ReadOnlySpan<int> tokens, long textBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(textBytes);
        TokenGuard.InVocabulary(tokens, VocabularySize, nameof(tokens));
        _narrow?.Add(tokens);
        _wide?.Add(tokens);
        TextBytes += textBytes;
    }

    /// <inheritdoc />
    public void Read(long start, Span<int> destination)
    {
        TokenGuard.RunInside(start, destination.Length, Count);
        _narrow?.Read(start, destination);
        _wide?.Read(start, destination);
    }

    /// <summary>Equal chunks instead of one array, so that growing copies nothing and large texts need no run of memory.</summary>
    private sealed class ChunkedList<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        private const int ChunkBits = 20;
        private const int ChunkSize = 1 << ChunkBits;
        private readonly List<T[]> _chunks = [];

        public long Count { get; private set; }

        public void Add(ReadOnlySpan<int> tokens)
        {
            while (tokens.Length > 0)
            {
                int offset = (int)(Count & (ChunkSize - 1));
                if (offset == 0)
                    _chunks.Add(new T[ChunkSize]);
                int n = Math.Min(tokens.Length, ChunkSize - offset);
                Span<T> target = _chunks[^1].AsSpan(offset, n);
                for (int i = 0; i < target.Length; i++)
                    target[i] = T.CreateTruncating(tokens[i]);
                Count += n;
                tokens = tokens[n..];
            }
        }

        public void Read(long start, Span<int> destination)
        {
            while (destination.Length > 0)
            {
                int offset = (int)(start & (ChunkSize - 1));
                int n = Math.Min(destination.Length, ChunkSize - offset);
                ReadOnlySpan<T> source = _chunks[(int)(start >> ChunkBits)].AsSpan(offset, n);
                for (int i = 0; i < source.Length; i++)
                    destination[i] = int.CreateTruncating(source[i]);
                start += n;
                destination = destination[n..];
            }
        }
    }
}
