using System.Collections.Concurrent;

namespace Tef.Core.Tokenization.Training;

/// <summary>Counts the words of documents on several threads. Documents are taken as they are needed and kept by no one.</summary>
internal sealed class TextCounter
{
    // Large enough that threads seldom wait for each other, small enough that a few documents keep all of them busy.
    private const int BatchCharacters = 1 << 17;

    // A longer document is cut, where that changes no word, so that it can be shared.
    private const int PartCharacters = 1 << 20;

    private readonly IWordSplitter _splitter;
    private readonly IEnumerator<ReadOnlyMemory<char>> _documents;
    private readonly IProgress<TokenizerTrainingProgress>? _progress;
    private readonly int _targetTokens;
    private readonly Lock _lock = new();
    private ReadOnlyMemory<char> _rest;
    private long _documentCount;
    private long _characters;
    private volatile bool _failed;

    private TextCounter(
        IEnumerator<ReadOnlyMemory<char>> documents,
        IWordSplitter splitter,
        int targetTokens,
        IProgress<TokenizerTrainingProgress>? progress)
    {
        _documents = documents;
        _splitter = splitter;
        _progress = progress;
        _targetTokens = targetTokens;
    }

    /// <summary>Counts all documents; also returns how many there were and their characters.</summary>
    public static (WordCounter Words, long Documents, long Characters) Count(
        IEnumerable<ReadOnlyMemory<char>> documents,
        IWordSplitter splitter,
        int threads,
        int targetTokens,
        IProgress<TokenizerTrainingProgress>? progress,
        CancellationToken cancellation)
    {
        using IEnumerator<ReadOnlyMemory<char>> enumerator = documents.GetEnumerator();
        var counter = new TextCounter(enumerator, splitter, targetTokens, progress);
        threads = threads == 0 ? Environment.ProcessorCount : threads;
        var counts = new ConcurrentBag<WordCounter>();
        try
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, _ =>
            {
                counts.Add(counter.CountBatches(cancellation));
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.Count == 1)
        {
            // What the caller's documents threw is for the caller.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        WordCounter[] all = [.. counts.OrderByDescending(words => words.Count)];
        foreach (WordCounter words in all.AsSpan(1))
            all[0].Add(words);
        return (all[0], counter._documentCount, counter._characters);
    }

    private WordCounter CountBatches(CancellationToken cancellation)
    {
        var words = new WordCounter();
        var batch = new List<(ReadOnlyMemory<char> Text, bool Begins)>();
        while (TakeBatch(batch, cancellation))
        {
            foreach ((ReadOnlyMemory<char> text, bool begins) in batch)
                _splitter.AddWords(text.Span, begins, words);
        }

        return words;
    }

    private bool TakeBatch(List<(ReadOnlyMemory<char> Text, bool Begins)> batch, CancellationToken cancellation)
    {
        batch.Clear();
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_failed)
                return false;

            int characters = 0;
            while (characters < BatchCharacters && TakePart(out ReadOnlyMemory<char> part, out bool begins))
            {
                batch.Add((part, begins));
                characters += part.Length;
            }

            _characters += characters;
            if (batch.Count > 0)
                _progress?.Report(new TokenizerTrainingProgress(_documentCount, _characters, 0, _targetTokens));
        }

        return batch.Count > 0;
    }

    private bool TakePart(out ReadOnlyMemory<char> part, out bool begins)
    {
        begins = _rest.IsEmpty;
        if (_rest.IsEmpty)
        {
            // An iterator that has thrown must not be asked again by the other threads.
            _failed = true;
            bool more = _documents.MoveNext();
            _failed = false;
            if (!more)
            {
                part = default;
                return false;
            }

            _rest = _documents.Current;
            _documentCount++;
        }

        int end = _rest.Length <= PartCharacters ? _rest.Length : Cut(_rest.Span, PartCharacters);
        part = _rest[..end];
        _rest = _rest[end..];
        return true;
    }

    // After a line end that stands alone between two characters that are not white space a word begins, whatever follows.
    private int Cut(ReadOnlySpan<char> text, int from)
    {
        if (!_splitter.MayCutLines)
            return text.Length;

        for (int i = from; i + 1 < text.Length; i++)
        {
            if (text[i] == '\n' && !char.IsWhiteSpace(text[i - 1]) && !char.IsWhiteSpace(text[i + 1]))
                return i + 1;
        }

        return text.Length;
    }
}
