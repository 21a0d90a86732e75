using Tef.Core.Tokenization.Training;

namespace Tef.Core.Tokenization;

/// <summary>
/// Trains the vocabulary of a byte-level BPE tokenizer (Sennrich et al. 2016, Radford et al. 2019): words are cut out as GPT-2
/// does, begin as their UTF-8 bytes, and the pair of neighbours that comes most often becomes a token, again and again; of equals
/// the pair of lower ids. The same text gives the same vocabulary, whatever the number of threads and the order of documents.
/// Ids are those of GPT-2: bytes, merges, special tokens.
/// </summary>
public sealed class BpeTrainer
{
    private readonly BpeTrainerOptions _options;

    /// <summary>A trainer for one kind of vocabulary.</summary>
    /// <param name="options">The kind; a copy is not made.</param>
    /// <exception cref="ArgumentException">An option has a value that makes no vocabulary.</exception>
    public BpeTrainer(BpeTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Trains on documents that are taken one after the other and not kept, so they may exceed the memory.</summary>
    /// <param name="documents">The text. Pieces never reach over the end of a document.</param>
    /// <param name="progress">Is told from time to time, by several threads but never by two at once.</param>
    /// <param name="cancellation">Stops the training.</param>
    /// <exception cref="InvalidOperationException">There is no text.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped.</exception>
    public BpeVocabulary Train(
        IEnumerable<string> documents, IProgress<TokenizerTrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return Train(documents.Select(document => document.AsMemory()), progress, cancellation);
    }

    /// <inheritdoc cref="Train(IEnumerable{string}, IProgress{TokenizerTrainingProgress}?, CancellationToken)"/>
    public BpeVocabulary Train(
        IEnumerable<ReadOnlyMemory<char>> documents,
        IProgress<TokenizerTrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(documents);

        (WordCounter words, long documentCount, long characters) = TextCounter.Count(
            documents, new Gpt2WordSplitter(_options.SpecialTokens), _options.Threads, _options.VocabularySize, progress, cancellation);
        if (words.Count == 0)
            throw new InvalidOperationException($"There is no text to train a tokenizer on: {documentCount} documents were read.");

        var learner = new MergeLearner(ByteWords.Split(words, BpeVocabulary.Alphabet), BpeVocabulary.Alphabet, _options.SpecialTokens);
        int target = _options.VocabularySize - _options.SpecialTokens.Count;
        int step = Math.Max(1, target / 100);
        var merges = new List<(string, string)>();
        while (learner.Tokens.Count < target && learner.TryLearn(_options.MinFrequency, out (string, string) merge))
        {
            merges.Add(merge);
            cancellation.ThrowIfCancellationRequested();
            if (learner.Tokens.Count % step == 0)
                progress?.Report(new TokenizerTrainingProgress(documentCount, characters, learner.Tokens.Count, _options.VocabularySize));
        }

        var vocabulary = new BpeVocabulary([.. learner.Tokens, .. _options.SpecialTokens], merges);
        progress?.Report(new TokenizerTrainingProgress(documentCount, characters, vocabulary.Tokens.Count, _options.VocabularySize));
        return vocabulary;
    }
}
