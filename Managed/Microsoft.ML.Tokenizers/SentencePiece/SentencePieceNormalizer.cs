using Tef.Core.Tokenization.SentencePieceFormat;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// SentencePiece's normalization: the model's replacement rules, runs of spaces made one, a space put before the text, spaces
/// written as U+2581.
/// </summary>
public sealed class SentencePieceNormalizer : Normalizer
{
    private readonly PieceNormalizer _rules;

    /// <param name="removeExtraWhiteSpaces">Whether spaces at the ends go and runs of them become one.</param>
    /// <param name="addDummyPrefix">Whether a space is put before the text.</param>
    /// <param name="escapeWhiteSpaces">Whether spaces are written as U+2581.</param>
    /// <param name="treatWhitespaceAsSuffix">Whether the space is put after the text instead.</param>
    /// <param name="specialTokens">Tokens that stand outside of the text.</param>
    public SentencePieceNormalizer(
        bool removeExtraWhiteSpaces,
        bool addDummyPrefix,
        bool escapeWhiteSpaces,
        bool treatWhitespaceAsSuffix,
        IReadOnlyDictionary<string, int>? specialTokens)
    {
        RemoveExtraWhiteSpaces = removeExtraWhiteSpaces;
        AddDummyPrefix = addDummyPrefix;
        EscapeWhiteSpaces = escapeWhiteSpaces;
        TreatWhitespaceAsSuffix = treatWhitespaceAsSuffix;
        SpecialTokens = specialTokens;
        _rules = new PieceNormalizer(removeExtraWhiteSpaces, escapeWhiteSpaces, treatWhitespaceAsSuffix);
    }

    internal SentencePieceNormalizer(SentencePieceModel model, PieceNormalizer rules, IReadOnlyDictionary<string, int>? specialTokens)
    {
        RemoveExtraWhiteSpaces = model.RemoveExtraWhiteSpaces;
        AddDummyPrefix = model.AddDummyPrefix;
        EscapeWhiteSpaces = model.EscapeWhiteSpaces;
        TreatWhitespaceAsSuffix = model.TreatWhitespaceAsSuffix;
        SpecialTokens = specialTokens;
        _rules = rules;
    }

    /// <summary>Whether spaces at the ends go and runs of them become one.</summary>
    public bool RemoveExtraWhiteSpaces { get; }

    /// <summary>Whether a space is put before the text.</summary>
    public bool AddDummyPrefix { get; }

    /// <summary>Whether spaces are written as U+2581.</summary>
    public bool EscapeWhiteSpaces { get; }

    /// <summary>Whether the space is put after the text instead.</summary>
    public bool TreatWhitespaceAsSuffix { get; }

    /// <summary>Tokens that stand outside of the text.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }

    /// <inheritdoc/>
    public override string Normalize(string original)
    {
        ArgumentNullException.ThrowIfNull(original);
        return _rules.Normalize(original, AddDummyPrefix);
    }

    /// <inheritdoc/>
    public override string Normalize(ReadOnlySpan<char> original) => _rules.Normalize(original, AddDummyPrefix);
}
