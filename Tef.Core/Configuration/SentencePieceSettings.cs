using Tef.Core.Tokenization;

namespace Tef.Core.Configuration;

/// <summary>How a SentencePiece model is trained, beside what holds for tokenizers of all kinds.</summary>
public sealed record SentencePieceSettings
{
    /// <summary>The share of the text's characters that have pieces; the rarest others are unknown or become bytes.</summary>
    public double CharacterCoverage { get; init; } = 0.9995;

    /// <summary>Writes characters that have no piece as the pieces of their UTF-8 bytes, of which there are then 256.</summary>
    public bool ByteFallback { get; init; } = true;

    /// <summary>Characters of the longest piece, the space before a word included; 32 at most.</summary>
    public int MaxPieceLength { get; init; } = 16;

    /// <summary>Gives every digit of a number a piece of its own.</summary>
    public bool SplitDigits { get; init; }

    /// <summary>Puts a space before a text, so that its first word is cut like any other.</summary>
    public bool AddDummyPrefix { get; init; } = true;

    /// <summary>Makes runs of spaces one and drops those at the ends. Text then does not come back as it was.</summary>
    public bool RemoveExtraWhiteSpaces { get; init; }

    /// <summary>
    /// A <c>.model</c> file whose rules normalize text in training and in use, such as one of SentencePiece's own with
    /// <c>nmt_nfkc</c>; text is taken as it is when null.
    /// </summary>
    public string? Rules { get; init; }

    /// <summary>The piece for characters that the model lacks, id 0.</summary>
    public string UnknownToken { get; init; } = "<unk>";

    /// <summary>The piece for the beginning of a text, id 1; the one for the end, id 2, is <see cref="TokenizerSettings.EndOfText"/>.</summary>
    public string BeginToken { get; init; } = "<s>";

    /// <summary>Further pieces that are never found in text.</summary>
    public IReadOnlyList<string> ControlTokens { get; init; } = [];

    /// <summary>The most pieces of several characters that the training of a Unigram model begins with.</summary>
    public int SeedPieces { get; init; } = 1_000_000;

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        if (Rules?.Length == 0)
            throw new ArgumentException("Rules must not be empty.", nameof(Rules));
        ToTrainerOptions().Validate();
    }

    /// <summary>These settings as a trainer takes them; kind, size, end of text and rules are left to what knows them.</summary>
    internal SentencePieceTrainerOptions ToTrainerOptions() => new()
    {
        VocabularySize = int.MaxValue,
        CharacterCoverage = CharacterCoverage,
        ByteFallback = ByteFallback,
        MaxPieceLength = MaxPieceLength,
        SplitDigits = SplitDigits,
        AddDummyPrefix = AddDummyPrefix,
        RemoveExtraWhiteSpaces = RemoveExtraWhiteSpaces,
        UnknownToken = UnknownToken,
        BeginToken = BeginToken,
        ControlTokens = ControlTokens,
        SeedPieces = SeedPieces,
    };
}
