using Tef.Core.Tokenization.ByteLevel;

namespace Microsoft.ML.Tokenizers;

public sealed partial class BpeTokenizer
{
    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        CheckLimit(settings);
        if (textSpan.IsEmpty && string.IsNullOrEmpty(text))
            return new EncodeResults<int> { Tokens = [] };

        TextPieces pieces = Prepare(text, textSpan, settings, out string? normalizedText);
        var ids = new List<int>((int)Math.Min(settings.MaxTokenCount, pieces.Text.Length / 4L + 2));
        Encode(ref pieces, settings.MaxTokenCount, ids, out int charsConsumed);
        return new EncodeResults<int> { Tokens = ids, NormalizedText = normalizedText, CharsConsumed = charsConsumed };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        CheckLimit(settings);
        if (textSpan.IsEmpty && string.IsNullOrEmpty(text))
            return 0;

        TextPieces pieces = Prepare(text, textSpan, settings, out _);
        return Encode(ref pieces, settings.MaxTokenCount, ids: null, out _);
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
        CheckLimit(settings);
        if (textSpan.IsEmpty && string.IsNullOrEmpty(text))
        {
            normalizedText = null;
            tokenCount = 0;
            return 0;
        }

        TextPieces pieces = Prepare(text, textSpan, settings, out normalizedText);
        if (fromEnd)
            return IndexFromEnd(ref pieces, settings.MaxTokenCount, out tokenCount);

        tokenCount = Encode(ref pieces, settings.MaxTokenCount, ids: null, out int charsConsumed);
        return charsConsumed;
    }

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        if (textSpan.IsEmpty && string.IsNullOrEmpty(text))
            return new EncodeResults<EncodedToken> { Tokens = [] };

        TextPieces pieces = Prepare(text, textSpan, settings, out string? normalizedText);
        var tokens = new List<EncodedToken>(pieces.Text.Length / 4 + 2);
        if (_beginning is { } beginning)
            tokens.Add(new EncodedToken(beginning.Id, beginning.Token, 0..0));

        while (pieces.MoveNext())
        {
            if (TryGetSpecial(pieces.Piece, out int special))
                tokens.Add(new EncodedToken(special, _specialTokens[special], Span(pieces.Offset, pieces.Offset + pieces.Piece.Length)));
            else
                AddTokens(pieces.Piece, pieces.Offset, tokens);
        }

        int length = pieces.Text.Length;
        if (_end is { } end)
            tokens.Add(new EncodedToken(end.Id, end.Token, Span(length, length)));
        return new EncodeResults<EncodedToken> { Tokens = tokens, NormalizedText = normalizedText, CharsConsumed = length };
    }

    // Counts, and when there is a list adds, at most as many ids as the limit says.
    private int Encode(ref TextPieces pieces, int limit, List<int>? ids, out int charsConsumed)
    {
        int count = 0;
        charsConsumed = 0;
        if (_beginning is { } beginning)
        {
            ids?.Add(beginning.Id);
            count++;
        }

        while (count < limit && pieces.MoveNext())
        {
            ReadOnlySpan<char> piece = pieces.Piece;
            if (TryGetSpecial(piece, out int special))
            {
                ids?.Add(special);
                count++;
                charsConsumed = pieces.Offset + piece.Length;
                continue;
            }

            Symbol[] symbols = _words.Encode(piece);
            int taken = Math.Min(symbols.Length, limit - count);
            if (ids is not null)
            {
                for (int i = 0; i < taken; i++)
                    ids.Add(symbols[i].Id);
            }

            count += taken;
            if (taken < symbols.Length)
            {
                charsConsumed = pieces.Offset + CharAt(piece, Measure(symbols.AsSpan(0, taken)));
                break;
            }

            charsConsumed = pieces.Offset + piece.Length;
        }

        if (_end is { } end && count < limit)
        {
            ids?.Add(end.Id);
            count++;
        }

        return count;
    }

    private int IndexFromEnd(ref TextPieces pieces, int limit, out int count)
    {
        var ranges = new List<(int Offset, int Length)>();
        while (pieces.MoveNext())
            ranges.Add((pieces.Offset, pieces.Piece.Length));

        count = _end is null ? 0 : 1;
        for (int i = ranges.Count - 1; i >= 0; i--)
        {
            (int offset, int length) = ranges[i];
            ReadOnlySpan<char> piece = pieces.Text.Slice(offset, length);
            int room = limit - count;
            if (TryGetSpecial(piece, out _) && room > 0)
            {
                count++;
            }
            else
            {
                Symbol[] symbols = _words.Encode(piece);
                if (symbols.Length > room)
                {
                    count = limit;
                    return offset + CharAt(piece, Measure(symbols.AsSpan(0, symbols.Length - room)));
                }

                count += symbols.Length;
            }

            if (count >= limit)
                return offset;
        }

        if (_beginning is not null)
            count++;
        return 0;
    }

    // A token ends after the character that its last byte belongs to, also when the next token begins in the same
    // character. The package counts both halves of a surrogate pair as the position of the first, and so do we.
    private void AddTokens(ReadOnlySpan<char> word, int offset, List<EncodedToken> tokens)
    {
        int character = 0;
        int units = 0;
        (int size, int chars) = UnitsAt(word, 0);
        foreach (Symbol symbol in _words.Encode(word))
        {
            int start = character;
            int last = start;
            for (int i = 0; i < symbol.Length; i++)
            {
                last = character;
                if (++units == size)
                {
                    character += chars;
                    units = 0;
                    (size, chars) = UnitsAt(word, character);
                }
            }

            tokens.Add(new EncodedToken(symbol.Id, _tokens[symbol.Id], Span(offset + start, offset + last + 1)));
        }
    }

    // The character at a distance in the units of symbols, which are bytes or characters.
    private int CharAt(ReadOnlySpan<char> word, int units)
    {
        int character = 0;
        while (character < word.Length)
        {
            (int size, int chars) = UnitsAt(word, character);
            if (units < size)
                break;
            units -= size;
            character += chars;
        }

        return character;
    }

    private (int Size, int Chars) UnitsAt(ReadOnlySpan<char> word, int character)
    {
        if (character >= word.Length)
            return (1, 0);
        return ByteLevel ? Wtf8.Measure(word, character) : (1, 1);
    }

    private static int Measure(ReadOnlySpan<Symbol> symbols)
    {
        int units = 0;
        foreach (Symbol symbol in symbols)
            units += symbol.Length;
        return units;
    }

    private static Range Span(int start, int end) => new(start, end);

    private bool TryGetSpecial(ReadOnlySpan<char> piece, out int id)
    {
        id = 0;
        return (_specialLengths & LengthBit(piece.Length)) != 0 && _specialIds.TryGetValue(piece, out id);
    }

    private static void CheckLimit(EncodeSettings settings)
    {
        if (settings.MaxTokenCount <= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(settings), settings.MaxTokenCount, "The maximum number of tokens must be greater than zero.");
        }
    }
}
