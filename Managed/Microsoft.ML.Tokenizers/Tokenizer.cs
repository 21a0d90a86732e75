using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>Turns text into tokens and their ids, and ids into text. Safe to use from many threads.</summary>
public abstract class Tokenizer
{
    /// <summary>Splits text into the pieces that are tokenized one by one, if anything does.</summary>
    public virtual PreTokenizer? PreTokenizer => null;

    /// <summary>Changes text before it is tokenized, if anything does.</summary>
    public virtual Normalizer? Normalizer => null;

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">The text, or null when it is in <paramref name="textSpan"/>.</param>
    /// <param name="textSpan">The text.</param>
    /// <param name="settings">How to encode it.</param>
    protected abstract EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings);

    /// <summary>The ids of a text's tokens.</summary>
    /// <param name="text">The text, or null when it is in <paramref name="textSpan"/>.</param>
    /// <param name="textSpan">The text.</param>
    /// <param name="settings">How to encode it.</param>
    protected virtual EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        EncodeResults<EncodedToken> tokens = EncodeToTokens(text, textSpan, settings);
        return new EncodeResults<int>
        {
            Tokens = tokens.Tokens.Select(token => token.Id).ToArray(),
            NormalizedText = tokens.NormalizedText,
            CharsConsumed = tokens.CharsConsumed,
        };
    }

    /// <summary>The number of a text's tokens.</summary>
    /// <param name="text">The text, or null when it is in <paramref name="textSpan"/>.</param>
    /// <param name="textSpan">The text.</param>
    /// <param name="settings">How to encode it.</param>
    protected virtual int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        EncodeToTokens(text, textSpan, settings).Tokens.Count;

    /// <summary>Where the text must be cut to keep at most <see cref="EncodeSettings.MaxTokenCount"/> tokens.</summary>
    /// <param name="text">The text, or null when it is in <paramref name="textSpan"/>.</param>
    /// <param name="textSpan">The text.</param>
    /// <param name="settings">How to encode it.</param>
    /// <param name="fromEnd">Whether the last tokens are kept instead of the first.</param>
    /// <param name="normalizedText">The text after normalization, or null when there was none.</param>
    /// <param name="tokenCount">The number of tokens kept.</param>
    protected virtual int GetIndexByTokenCount(
        string? text,
        ReadOnlySpan<char> textSpan,
        EncodeSettings settings,
        bool fromEnd,
        out string? normalizedText,
        out int tokenCount)
    {
        int limit = settings.MaxTokenCount;
        if (fromEnd)
            settings.MaxTokenCount = int.MaxValue;

        EncodeResults<EncodedToken> encoded = EncodeToTokens(text, textSpan, settings);
        IReadOnlyList<EncodedToken> tokens = encoded.Tokens;
        normalizedText = encoded.NormalizedText;
        tokenCount = Math.Min(limit, tokens.Count);
        if (tokenCount > 0)
            return fromEnd ? tokens[^tokenCount].Offset.Start.Value : tokens[tokenCount - 1].Offset.End.Value;

        return fromEnd ? normalizedText?.Length ?? textSpan.Length : 0;
    }

    /// <summary>The ids of a text's tokens.</summary>
    public IReadOnlyList<int> EncodeToIds(string text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        EncodeToIds(text, text, Settings(considerPreTokenization, considerNormalization)).Tokens;

    /// <summary>The ids of a text's tokens.</summary>
    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        EncodeToIds(null, text, Settings(considerPreTokenization, considerNormalization)).Tokens;

    /// <summary>The ids of a text's first tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxTokenCount">The most tokens that are wanted.</param>
    /// <param name="normalizedText">The text after normalization, or null when there was none.</param>
    /// <param name="charsConsumed">Characters of the (normalized) text that the tokens cover.</param>
    /// <param name="considerPreTokenization">Whether the pre-tokenizer is applied.</param>
    /// <param name="considerNormalization">Whether the normalizer is applied.</param>
    public IReadOnlyList<int> EncodeToIds(
        string text,
        int maxTokenCount,
        out string? normalizedText,
        out int charsConsumed,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeResults<int> encoded = EncodeToIds(text, text, Settings(considerPreTokenization, considerNormalization, maxTokenCount));
        normalizedText = encoded.NormalizedText;
        charsConsumed = encoded.CharsConsumed;
        return encoded.Tokens;
    }

    /// <inheritdoc cref="EncodeToIds(string, int, out string?, out int, bool, bool)"/>
    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text,
        int maxTokenCount,
        out string? normalizedText,
        out int charsConsumed,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeResults<int> encoded = EncodeToIds(null, text, Settings(considerPreTokenization, considerNormalization, maxTokenCount));
        normalizedText = encoded.NormalizedText;
        charsConsumed = encoded.CharsConsumed;
        return encoded.Tokens;
    }

    /// <summary>The tokens of a text, with the characters that each covers.</summary>
    public IReadOnlyList<EncodedToken> EncodeToTokens(
        string text, out string? normalizedText, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<EncodedToken> encoded = EncodeToTokens(text, text, Settings(considerPreTokenization, considerNormalization));
        normalizedText = encoded.NormalizedText;
        return encoded.Tokens;
    }

    /// <inheritdoc cref="EncodeToTokens(string, out string?, bool, bool)"/>
    public IReadOnlyList<EncodedToken> EncodeToTokens(
        ReadOnlySpan<char> text, out string? normalizedText, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<EncodedToken> encoded = EncodeToTokens(null, text, Settings(considerPreTokenization, considerNormalization));
        normalizedText = encoded.NormalizedText;
        return encoded.Tokens;
    }

    /// <summary>The number of a text's tokens.</summary>
    public int CountTokens(string text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        CountTokens(text, text, Settings(considerPreTokenization, considerNormalization));

    /// <summary>The number of a text's tokens.</summary>
    public int CountTokens(ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        CountTokens(null, text, Settings(considerPreTokenization, considerNormalization));

    /// <summary>The end of the longest beginning of a text that has at most so many tokens.</summary>
    public int GetIndexByTokenCount(
        string text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeSettings settings = Settings(considerPreTokenization, considerNormalization, maxTokenCount);
        return GetIndexByTokenCount(text, text, settings, fromEnd: false, out normalizedText, out tokenCount);
    }

    /// <inheritdoc cref="GetIndexByTokenCount(string, int, out string?, out int, bool, bool)"/>
    public int GetIndexByTokenCount(
        ReadOnlySpan<char> text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeSettings settings = Settings(considerPreTokenization, considerNormalization, maxTokenCount);
        return GetIndexByTokenCount(null, text, settings, fromEnd: false, out normalizedText, out tokenCount);
    }

    /// <summary>The start of the longest end of a text that has at most so many tokens.</summary>
    public int GetIndexByTokenCountFromEnd(
        string text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeSettings settings = Settings(considerPreTokenization, considerNormalization, maxTokenCount);
        return GetIndexByTokenCount(text, text, settings, fromEnd: true, out normalizedText, out tokenCount);
    }

    /// <inheritdoc cref="GetIndexByTokenCountFromEnd(string, int, out string?, out int, bool, bool)"/>
    public int GetIndexByTokenCountFromEnd(
        ReadOnlySpan<char> text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeSettings settings = Settings(considerPreTokenization, considerNormalization, maxTokenCount);
        return GetIndexByTokenCount(null, text, settings, fromEnd: true, out normalizedText, out tokenCount);
    }

    /// <summary>The text of ids.</summary>
    public virtual string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);

        for (int length = 1024; ; length = checked(length * 2))
        {
            char[] buffer = ArrayPool<char>.Shared.Rent(length);
            OperationStatus status = Decode(ids, buffer, out _, out int written);
            string text = new(buffer, 0, written);
            ArrayPool<char>.Shared.Return(buffer);
            if (status == OperationStatus.Done)
                return text;
            if (status != OperationStatus.DestinationTooSmall)
                throw new InvalidOperationException("The token ids are not the ids of a text.");
        }
    }

    /// <summary>Writes the text of ids.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="destination">Receives the text.</param>
    /// <param name="idsConsumed">Ids whose text has been written.</param>
    /// <param name="charsWritten">Characters written.</param>
    public abstract OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten);

    /// <summary>The text that is encoded, and the pieces it is encoded by.</summary>
    private protected TextPieces Prepare(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, out string? normalizedText)
    {
        normalizedText = null;
        if (settings.ConsiderNormalization && Normalizer is { } normalizer)
            text = normalizedText = text is null ? normalizer.Normalize(textSpan) : normalizer.Normalize(text);

        return new TextPieces(text, text is null ? textSpan : text, settings.ConsiderPreTokenization ? PreTokenizer : null);
    }

    private static EncodeSettings Settings(bool considerPreTokenization, bool considerNormalization, int maxTokenCount = int.MaxValue) =>
        new()
        {
            ConsiderPreTokenization = considerPreTokenization,
            ConsiderNormalization = considerNormalization,
            MaxTokenCount = maxTokenCount,
        };
}
