using Tef.Core.Tokenization.ByteLevel;
using Tef.Core.Tokenization.SentencePieceFormat;

namespace Microsoft.ML.Tokenizers;

public partial class SentencePieceTokenizer
{
    private EncodeResults<int> EncodeToIds(
        ReadOnlySpan<char> text, bool addBeginning, bool addEnd, bool considerNormalization, int maxTokenCount)
    {
        var ids = new List<int>();
        Encode(text, addBeginning, addEnd, considerNormalization, maxTokenCount, ids, out string? normalizedText, out int charsConsumed);
        return new EncodeResults<int> { Tokens = ids, NormalizedText = normalizedText, CharsConsumed = charsConsumed };
    }

    // Counts, and when there is a list adds, at most as many ids as the limit says.
    private int Encode(
        ReadOnlySpan<char> text,
        bool addBeginning,
        bool addEnd,
        bool considerNormalization,
        int limit,
        List<int>? ids,
        out string? normalizedText,
        out int charsConsumed)
    {
        CheckLimit(limit);
        normalizedText = null;
        charsConsumed = 0;
        if (text.IsEmpty)
            return 0;

        PreparedText prepared = _segmenter.Prepare(text, considerNormalization);
        normalizedText = prepared.Text;
        int count = 0;
        if (addBeginning)
        {
            ids?.Add(BeginningOfSentenceId);
            count++;
        }

        foreach ((int offset, Symbol[] symbols) in _segmenter.Encode(prepared))
        {
            int taken = Math.Min(symbols.Length, limit - count);

            // The bytes of a character stay together.
            while (taken > 0 && taken < symbols.Length && symbols[taken].Length == 0)
                taken--;

            charsConsumed = offset;
            for (int i = 0; i < taken; i++)
            {
                ids?.Add(symbols[i].Id);
                charsConsumed += symbols[i].Length;
            }

            count += taken;
            if (taken < symbols.Length)
                return count;
        }

        if (addEnd && count < limit)
        {
            ids?.Add(EndOfSentenceId);
            count++;
        }

        return count;
    }

    private EncodeResults<EncodedToken> EncodeToTokens(ReadOnlySpan<char> text, bool addBeginning, bool addEnd, bool considerNormalization)
    {
        if (text.IsEmpty)
            return new EncodeResults<EncodedToken> { Tokens = [] };

        PreparedText prepared = _segmenter.Prepare(text, considerNormalization);
        int length = prepared.Text.Length;
        var tokens = new List<EncodedToken>();
        if (addBeginning)
            tokens.Add(new EncodedToken(BeginningOfSentenceId, BeginningOfSentenceToken, 0..0));

        foreach ((int offset, Symbol[] symbols) in _segmenter.Encode(prepared))
        {
            int start = offset;
            foreach (Symbol symbol in symbols)
            {
                int end = start + symbol.Length;
                string value = symbol.Id == UnknownId ? prepared.Text[start..end]
                    : _segmenter.TryGetSpecial(symbol.Id, out string? special) ? special!
                    : _segmenter.Pieces[symbol.Id].Text;
                tokens.Add(new EncodedToken(symbol.Id, value, new Range(start, end)));
                start = end;
            }
        }

        if (addEnd)
            tokens.Add(new EncodedToken(EndOfSentenceId, EndOfSentenceToken, new Range(length, length)));
        return new EncodeResults<EncodedToken> { Tokens = tokens, NormalizedText = prepared.Text, CharsConsumed = length };
    }

    private int IndexFromEnd(
        ReadOnlySpan<char> text,
        bool addBeginning,
        bool addEnd,
        bool considerNormalization,
        int limit,
        out string? normalizedText,
        out int tokenCount)
    {
        CheckLimit(limit);
        EncodeResults<EncodedToken> encoded = EncodeToTokens(text, addBeginning, addEnd, considerNormalization);
        IReadOnlyList<EncodedToken> tokens = encoded.Tokens;
        normalizedText = encoded.NormalizedText;
        tokenCount = Math.Min(limit, tokens.Count);
        int first = tokens.Count - tokenCount;

        // The bytes of a character stay together.
        while (first < tokens.Count && first > 0 && IsLaterByte(tokens[first]))
            first++;
        tokenCount = tokens.Count - first;
        return first < tokens.Count ? tokens[first].Offset.Start.Value : normalizedText?.Length ?? text.Length;
    }

    private bool IsLaterByte(EncodedToken token) =>
        token.Offset.Start.Equals(token.Offset.End)
        && token.Id < _segmenter.Pieces.Count
        && _segmenter.Pieces[token.Id].Kind == SentencePieceModel.PieceKind.Byte;

    private static void CheckLimit(int maxTokenCount)
    {
        if (maxTokenCount <= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxTokenCount), maxTokenCount, "The maximum number of tokens must be greater than zero.");
        }
    }
}
