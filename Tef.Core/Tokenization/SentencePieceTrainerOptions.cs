using Tef.Core.Tokenization.Training;

namespace Tef.Core.Tokenization;

/// <summary>What model a <see cref="SentencePieceTrainer"/> makes.</summary>
public sealed record SentencePieceTrainerOptions
{
    /// <summary>How text is cut into pieces.</summary>
    public SentencePieceKind Kind { get; init; } = SentencePieceKind.Unigram;

    /// <summary>
    /// Pieces in all, those for the unknown, the ends of text, tokens of one's own and bytes included. Fewer when the text does not
    /// give so many.
    /// </summary>
    public int VocabularySize { get; init; } = 8192;

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
    /// Rules by which text is normalized in training and, as they become part of the model, in use; text is taken as it is when null.
    /// Normalized text does not come back as it was.
    /// </summary>
    public SentencePieceRules? Rules { get; init; }

    /// <summary>The piece for characters that the model lacks, id 0.</summary>
    public string UnknownToken { get; init; } = "<unk>";

    /// <summary>The piece for the beginning of a text, id 1.</summary>
    public string BeginToken { get; init; } = "<s>";

    /// <summary>The piece for the end of a text, id 2.</summary>
    public string EndToken { get; init; } = "</s>";

    /// <summary>Further pieces that are never found in text.</summary>
    public IReadOnlyList<string> ControlTokens { get; init; } = [];

    /// <summary>Texts that are always a piece; text is cut at them.</summary>
    public IReadOnlyList<string> UserDefinedTokens { get; init; } = [];

    /// <summary>The most pieces of several characters that the training of a Unigram model begins with.</summary>
    public int SeedPieces { get; init; } = 1_000_000;

    /// <summary>Threads; all processors when zero. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>All pieces that are not learnt, by id.</summary>
    internal IEnumerable<(string Text, SentencePieceType Type)> FixedPieces() =>
    [
        (UnknownToken, SentencePieceType.Unknown),
        (BeginToken, SentencePieceType.Control),
        (EndToken, SentencePieceType.Control),
        .. ControlTokens.Select(token => (token, SentencePieceType.Control)),
        .. UserDefinedTokens.Select(token => (token.Replace(' ', PieceAlphabet.Space), SentencePieceType.UserDefined)),
        .. Enumerable.Range(0, ByteFallback ? 256 : 0).Select(value => ($"<0x{value:X2}>", SentencePieceType.Byte)),
    ];

    /// <summary>Throws when an option has a value that makes no model.</summary>
    /// <exception cref="ArgumentException">The message names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(ControlTokens);
        ArgumentNullException.ThrowIfNull(UserDefinedTokens);
        if (!Enum.IsDefined(Kind))
            throw new ArgumentException($"{nameof(Kind)} must be Unigram or Bpe, but is {Kind}.");
        OptionGuard.Between(CharacterCoverage, 0, 1);
        OptionGuard.Between(MaxPieceLength, 1, PieceLattice.MaxPieceLength);
        OptionGuard.AtLeast(SeedPieces, 1);
        OptionGuard.AtLeast(Threads, 0);

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string token, _) in FixedPieces())
        {
            if (string.IsNullOrEmpty(token))
                throw new ArgumentException("Tokens must not be empty, but one is.");
            if (!seen.Add(token))
                throw new ArgumentException($"Tokens must differ, but '{token}' is there twice.");
        }

        OptionGuard.AtLeast(VocabularySize, seen.Count + 1);
    }
}
