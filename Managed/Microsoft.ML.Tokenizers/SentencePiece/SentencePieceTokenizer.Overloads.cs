namespace Microsoft.ML.Tokenizers;

public partial class SentencePieceTokenizer
{
    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        EncodeToTokens(text ?? textSpan, AddBeginningOfSentence, AddEndOfSentence, settings.ConsiderNormalization);

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        EncodeToIds(text ?? textSpan, AddBeginningOfSentence, AddEndOfSentence, settings.ConsiderNormalization, settings.MaxTokenCount);

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        return Encode(
            text ?? textSpan,
            AddBeginningOfSentence,
            AddEndOfSentence,
            settings.ConsiderNormalization,
            settings.MaxTokenCount,
            ids: null,
            out _,
            out _);
    }

    /// <inheritdoc/>
    protected override int GetIndexByTokenCount(
        string? text,
        ReadOnlySpan<char> textSpan,
        EncodeSettings settings,
        bool fromEnd,
        out string? normalizedText,
        out int tokenCount)
    {
        ReadOnlySpan<char> span = text ?? textSpan;
        (bool normalize, int limit) = (settings.ConsiderNormalization, settings.MaxTokenCount);
        if (fromEnd)
            return IndexFromEnd(span, AddBeginningOfSentence, AddEndOfSentence, normalize, limit, out normalizedText, out tokenCount);

        tokenCount = Encode(
            span, AddBeginningOfSentence, AddEndOfSentence, normalize, limit, ids: null, out normalizedText, out int charsConsumed);
        return charsConsumed;
    }

    /// <summary>The ids of a text's tokens.</summary>
    public IReadOnlyList<int> EncodeToIds(
        string text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        bool considerPreTokenization = true,
        bool considerNormalization = true) =>
        EncodeToIds(text, addBeginningOfSentence, addEndOfSentence, considerNormalization, int.MaxValue).Tokens;

    /// <summary>The ids of a text's first tokens.</summary>
    public IReadOnlyList<int> EncodeToIds(
        string text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        int maxTokenCount,
        out string? normalizedText,
        out int charsConsumed,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeResults<int> encoded = EncodeToIds(text, addBeginningOfSentence, addEndOfSentence, considerNormalization, maxTokenCount);
        normalizedText = encoded.NormalizedText;
        charsConsumed = encoded.CharsConsumed;
        return encoded.Tokens;
    }

    /// <summary>The tokens of a text, with the characters of the normalized text that each covers.</summary>
    public IReadOnlyList<EncodedToken> EncodeToTokens(
        string text,
        out string? normalizedText,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeResults<EncodedToken> encoded = EncodeToTokens(text, addBeginningOfSentence, addEndOfSentence, considerNormalization);
        normalizedText = encoded.NormalizedText;
        return encoded.Tokens;
    }

    /// <summary>The number of a text's tokens.</summary>
    public int CountTokens(
        string text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        bool considerPreTokenization = true,
        bool considerNormalization = true) =>
        Encode(text, addBeginningOfSentence, addEndOfSentence, considerNormalization, int.MaxValue, ids: null, out _, out _);

    /// <summary>The number of a text's tokens, up to a limit.</summary>
    public int CountTokens(
        string text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        bool considerPreTokenization,
        bool considerNormalization,
        out string? normalizedText,
        out int charsConsumed,
        int maxTokenCount = int.MaxValue)
    {
        return Encode(
            text,
            addBeginningOfSentence,
            addEndOfSentence,
            considerNormalization,
            maxTokenCount,
            ids: null,
            out normalizedText,
            out charsConsumed);
    }

    /// <summary>The end of the longest beginning of the normalized text that has at most so many tokens.</summary>
    public int GetIndexByTokenCount(
        string text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        tokenCount = CountTokens(
            text,
            addBeginningOfSentence,
            addEndOfSentence,
            considerPreTokenization,
            considerNormalization,
            out normalizedText,
            out int charsConsumed,
            maxTokenCount);
        return charsConsumed;
    }

    /// <summary>The start of the longest end of the normalized text that has at most so many tokens.</summary>
    public int GetIndexByTokenCountFromEnd(
        string text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        int maxTokenCount,
        bool considerNormalization,
        out string? normalizedText,
        out int tokenCount)
    {
        return IndexFromEnd(
            text, addBeginningOfSentence, addEndOfSentence, considerNormalization, maxTokenCount, out normalizedText, out tokenCount);
    }

    /// <summary>The ids of a text's tokens.</summary>
    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        bool considerPreTokenization = true,
        bool considerNormalization = true) =>
        EncodeToIds(text, addBeginningOfSentence, addEndOfSentence, considerNormalization, int.MaxValue).Tokens;

    /// <summary>The ids of a text's first tokens.</summary>
    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        int maxTokenCount,
        out string? normalizedText,
        out int charsConsumed,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeResults<int> encoded = EncodeToIds(text, addBeginningOfSentence, addEndOfSentence, considerNormalization, maxTokenCount);
        normalizedText = encoded.NormalizedText;
        charsConsumed = encoded.CharsConsumed;
        return encoded.Tokens;
    }

    /// <summary>The tokens of a text, with the characters of the normalized text that each covers.</summary>
    public IReadOnlyList<EncodedToken> EncodeToTokens(
        ReadOnlySpan<char> text,
        out string? normalizedText,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeResults<EncodedToken> encoded = EncodeToTokens(text, addBeginningOfSentence, addEndOfSentence, considerNormalization);
        normalizedText = encoded.NormalizedText;
        return encoded.Tokens;
    }

    /// <summary>The number of a text's tokens.</summary>
    public int CountTokens(
        ReadOnlySpan<char> text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        bool considerPreTokenization = true,
        bool considerNormalization = true) =>
        Encode(text, addBeginningOfSentence, addEndOfSentence, considerNormalization, int.MaxValue, ids: null, out _, out _);

    /// <summary>The number of a text's tokens, up to a limit.</summary>
    public int CountTokens(
        ReadOnlySpan<char> text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        bool considerPreTokenization,
        bool considerNormalization,
        out string? normalizedText,
        out int charsConsumed,
        int maxTokenCount = int.MaxValue)
    {
        return Encode(
            text,
            addBeginningOfSentence,
            addEndOfSentence,
            considerNormalization,
            maxTokenCount,
            ids: null,
            out normalizedText,
            out charsConsumed);
    }

    /// <summary>The end of the longest beginning of the normalized text that has at most so many tokens.</summary>
    public int GetIndexByTokenCount(
        ReadOnlySpan<char> text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        tokenCount = CountTokens(
            text,
            addBeginningOfSentence,
            addEndOfSentence,
            considerPreTokenization,
            considerNormalization,
            out normalizedText,
            out int charsConsumed,
            maxTokenCount);
        return charsConsumed;
    }

    /// <summary>The start of the longest end of the normalized text that has at most so many tokens.</summary>
    public int GetIndexByTokenCountFromEnd(
        ReadOnlySpan<char> text,
        bool addBeginningOfSentence,
        bool addEndOfSentence,
        int maxTokenCount,
        bool considerNormalization,
        out string? normalizedText,
        out int tokenCount)
    {
        return IndexFromEnd(
            text, addBeginningOfSentence, addEndOfSentence, considerNormalization, maxTokenCount, out normalizedText, out tokenCount);
    }
}
