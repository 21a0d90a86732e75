using Tef.Core.Tokenization;

namespace Tef.Core.Configuration;

/// <summary>The tokenizer of a run: one that exists, or one trained on the run's text.</summary>
public sealed record TokenizerSettings
{
    /// <summary>
    /// A folder with <c>vocab.json</c> and <c>merges.txt</c> or with a SentencePiece <c>.model</c>, or that file; a tokenizer is trained
    /// when null.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>The kind of vocabulary that is trained.</summary>
    public TokenizerKind Kind { get; init; }

    /// <summary>Tokens of a trained vocabulary: 256 bytes, merges or pieces, and special tokens.</summary>
    public int VocabularySize { get; init; } = 4096;

    /// <summary>Occurrences that a pair of tokens of a byte-level BPE needs to be merged.</summary>
    public int MinFrequency { get; init; } = 2;

    /// <summary>
    /// The token between documents. For a SentencePiece model under <see cref="Path"/> that lacks the default one it is the model's own.
    /// </summary>
    public string EndOfText { get; init; } = BpeTrainerOptions.EndOfText;

    /// <summary>Further tokens of a trained vocabulary that text is cut at and that are not made of others.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];

    /// <summary>How a SentencePiece model is trained.</summary>
    public SentencePieceSettings SentencePiece { get; init; } = new();

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Kind))
            throw new ArgumentException($"Kind must be one of {string.Join(", ", Enum.GetNames<TokenizerKind>())}, but is {Kind}.", nameof(Kind));
        bool hasBytes = Kind == TokenizerKind.ByteLevelBpe || SentencePiece.ByteFallback;
        OptionGuard.AtLeast(VocabularySize, (hasBytes ? 257 : 4) + SpecialTokens.Count);
        OptionGuard.AtLeast(MinFrequency, 1);
        if (EndOfText.Length == 0)
            throw new ArgumentException("EndOfText must not be empty.", nameof(EndOfText));
        if (SpecialTokens.Any(token => token.Length == 0))
            throw new ArgumentException("SpecialTokens must not be empty, but one is.", nameof(SpecialTokens));
        SentencePiece.Validate();
    }

    /// <summary>What a trainer is to make of these settings.</summary>
    /// <exception cref="FileNotFoundException">The model whose rules to take is missing.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    internal SentencePieceTrainerOptions CreateSentencePieceOptions(IEnumerable<string> special, int threads) => SentencePiece.ToTrainerOptions() with
    {
        Kind = Kind == TokenizerKind.SentencePieceBpe ? SentencePieceKind.Bpe : SentencePieceKind.Unigram,
        VocabularySize = VocabularySize,
        EndToken = EndOfText,
        UserDefinedTokens = [.. special.Distinct().Where(token => token != EndOfText)],
        Rules = SentencePiece.Rules is { } model ? SentencePieceRules.Of(SentencePieceVocabulary.Load(model)) : null,
        Threads = threads,
    };
}
