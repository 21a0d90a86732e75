using Tef.Core.Tokenization.Training;

namespace Tef.Core.Tokenization;

/// <summary>
/// Trains SentencePiece models (Kudo and Richardson 2018) of the kinds Unigram (Kudo 2018) and BPE (Sennrich et al. 2016), for
/// SentencePiece's own tools too. Pieces have a space at their beginning or none, and letters of one script, digits, white space or
/// other characters, never a mixture. The text is not normalized but for its spaces, unless rules are given. The same text gives the same model, whatever
/// the number of threads and the order of documents.
/// </summary>
public sealed class SentencePieceTrainer
{
    private readonly SentencePieceTrainerOptions _options;

    /// <summary>A trainer for one kind of model.</summary>
    /// <param name="options">The kind; a copy is not made.</param>
    /// <exception cref="ArgumentException">An option has a value that makes no model.</exception>
    public SentencePieceTrainer(SentencePieceTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Trains on documents that are taken one after the other and not kept, so they may exceed the memory.</summary>
    /// <param name="documents">The text. Pieces never reach over the end of a document.</param>
    /// <param name="progress">Is told from time to time, by several threads but never by two at once.</param>
    /// <param name="cancellation">Stops the training.</param>
    /// <exception cref="InvalidOperationException">There is no text, or its characters are more than the vocabulary.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped.</exception>
    public SentencePieceVocabulary Train(
        IEnumerable<string> documents, IProgress<TokenizerTrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return Train(documents.Select(document => document.AsMemory()), progress, cancellation);
    }

    /// <inheritdoc cref="Train(IEnumerable{string}, IProgress{TokenizerTrainingProgress}?, CancellationToken)"/>
    public SentencePieceVocabulary Train(
        IEnumerable<ReadOnlyMemory<char>> documents,
        IProgress<TokenizerTrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        if (_options.Rules is { } rules)
            documents = documents.Select(rules.Apply);
        (string Text, SentencePieceType Type)[] fixedPieces = [.. _options.FixedPieces()];
        string[] reserved = [.. fixedPieces.Select(piece => piece.Text)];
        int count = _options.VocabularySize - fixedPieces.Length;

        (WordCounter words, long documentCount, long characters) = TextCounter.Count(
            documents, new PieceSplitter(_options), _options.Threads, _options.VocabularySize, progress, cancellation);
        var alphabet = PieceAlphabet.Create(words, _options.CharacterCoverage, reserved);
        if (alphabet.Characters.Count == 0)
            throw new InvalidOperationException($"There is no text to train a tokenizer on: {documentCount} documents were read.");
        if (alphabet.Characters.Count > count)
        {
            throw new InvalidOperationException(
                $"VocabularySize must be at least {fixedPieces.Length + alphabet.Characters.Count} for {alphabet.Characters.Count} "
                + $"characters, but is {_options.VocabularySize}. A lower CharacterCoverage leaves rare characters out.");
        }

        SymbolWords split = alphabet.Split(words);
        List<(string Text, float Score)> learnt = _options.Kind == SentencePieceKind.Unigram
            ? new UnigramLearner(split, alphabet, _options, cancellation).Learn(count, reserved, Report)
            : LearnMerges(split, alphabet, count, reserved, Report, cancellation);
        Report(fixedPieces.Length + learnt.Count);
        return SentencePieceVocabulary.Create(
            _options, [.. fixedPieces.Select(piece => new SentencePiece(piece.Text, 0, piece.Type)),
                .. learnt.Select(piece => new SentencePiece(piece.Text, piece.Score, SentencePieceType.Normal))]);

        void Report(int tokens) =>
            progress?.Report(new TokenizerTrainingProgress(documentCount, characters, tokens, _options.VocabularySize));
    }

    // Merges come first and characters, the most frequent first, after them: a piece of higher score is merged earlier.
    private List<(string Text, float Score)> LearnMerges(
        SymbolWords words, PieceAlphabet alphabet, int count, string[] reserved, Action<int> report, CancellationToken cancellation)
    {
        var learner = new MergeLearner(words, alphabet.Characters, reserved, _options.MaxPieceLength);
        int step = Math.Max(1, count / 100);
        while (learner.Tokens.Count < count && learner.TryLearn(minFrequency: 2, out _))
        {
            cancellation.ThrowIfCancellationRequested();
            if (learner.Tokens.Count % step == 0)
                report(learner.Tokens.Count);
        }

        return [.. learner.Tokens.Skip(alphabet.Characters.Count).Concat(alphabet.Characters).Select((text, i) => (text, (float)-i))];
    }
}
