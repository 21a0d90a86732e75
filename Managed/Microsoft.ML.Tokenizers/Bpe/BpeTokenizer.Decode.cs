using System.Buffers;
using System.Text;
using Tef.Core.Tokenization.ByteLevel;

namespace Microsoft.ML.Tokenizers;

public sealed partial class BpeTokenizer
{
    /// <inheritdoc/>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, considerSpecialTokens: true);

    /// <summary>
    /// The text of ids. Ids that are not in the vocabulary are left out. At byte level, bytes that are no UTF-8 become
    /// U+FFFD, but surrogates without a partner come back as they were encoded.
    /// </summary>
    /// <param name="ids">The ids.</param>
    /// <param name="considerSpecialTokens">Whether special tokens and the unknown token become text or are left out.</param>
    public string Decode(IEnumerable<int> ids, bool considerSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ByteLevel ? DecodeBytes(ids, considerSpecialTokens) : DecodeCharacters(ids, considerSpecialTokens);
    }

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten) =>
        Decode(ids, destination, considerSpecialTokens: true, out idsConsumed, out charsWritten);

    /// <summary>
    /// Writes the text of ids, up to the last whole character that fits. <see cref="OperationStatus.InvalidData"/> at an id
    /// that is not in the vocabulary and, at byte level, at bytes that are no text.
    /// </summary>
    /// <param name="ids">The ids.</param>
    /// <param name="destination">Receives the text.</param>
    /// <param name="considerSpecialTokens">Whether special tokens and the unknown token become text or are left out.</param>
    /// <param name="idsConsumed">Ids whose text has been written.</param>
    /// <param name="charsWritten">Characters written.</param>
    public OperationStatus Decode(
        IEnumerable<int> ids, Span<char> destination, bool considerSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ByteLevel
            ? DecodeBytes(ids, destination, considerSpecialTokens, out idsConsumed, out charsWritten)
            : DecodeCharacters(ids, destination, considerSpecialTokens, out idsConsumed, out charsWritten);
    }

    private string DecodeBytes(IEnumerable<int> ids, bool considerSpecialTokens)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        foreach (int id in ids)
        {
            if (_specialTokens.TryGetValue(id, out string? special))
            {
                if (considerSpecialTokens)
                    Encoding.UTF8.GetBytes(special, bytes);
            }
            else if (_tokens.TryGetValue(id, out string? token))
            {
                AppendBytes(token, bytes);
            }
        }

        return Wtf8.GetString(bytes.WrittenSpan);
    }

    // Characters that do not spell a byte, as in tokens that were added to a vocabulary, stand for themselves.
    private void AppendBytes(string token, ArrayBufferWriter<byte> bytes)
    {
        ReadOnlySpan<char> letters = WithoutAffixes(token);
        Span<byte> destination = bytes.GetSpan(Wtf8.MaxBytes(letters.Length));
        int written = 0;
        for (int i = 0; i < letters.Length; i++)
        {
            if (ByteAlphabet.TryGetByte(letters[i], out byte value))
            {
                destination[written++] = value;
                continue;
            }

            int chars = Wtf8.Measure(letters, i).Chars;
            written += Wtf8.GetBytes(letters.Slice(i, chars), destination[written..]);
            i += chars - 1;
        }

        bytes.Advance(written);
    }

    private ReadOnlySpan<char> WithoutAffixes(string token)
    {
        ReadOnlySpan<char> rest = token;
        if (EndOfWordSuffix is not null && rest.EndsWith(EndOfWordSuffix, StringComparison.Ordinal))
            rest = rest[..^EndOfWordSuffix.Length];
        if (ContinuingSubwordPrefix is not null && rest.StartsWith(ContinuingSubwordPrefix, StringComparison.Ordinal))
            rest = rest[ContinuingSubwordPrefix.Length..];
        return rest;
    }

    // A character may come from several ids: its text is written, and they are counted, when it is whole.
    private OperationStatus DecodeBytes(
        IEnumerable<int> ids, Span<char> destination, bool considerSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        idsConsumed = 0;
        charsWritten = 0;
        int pendingIds = 0;
        var pending = new ArrayBufferWriter<byte>(256);

        foreach (int id in ids)
        {
            pendingIds++;
            if (_specialTokens.TryGetValue(id, out string? special))
            {
                if (considerSpecialTokens)
                {
                    if (pending.WrittenCount > 0)
                        return OperationStatus.InvalidData;
                    if (!special.TryCopyTo(destination[charsWritten..]))
                        return OperationStatus.DestinationTooSmall;
                    charsWritten += special.Length;
                }

                if (pending.WrittenCount > 0)
                    continue;
            }
            else
            {
                if (!_tokens.TryGetValue(id, out string? token))
                    return OperationStatus.InvalidData;

                AppendBytes(token, pending);
                OperationStatus status = DecodeWhole(pending.WrittenSpan, destination[charsWritten..], out int chars);
                if (status == OperationStatus.NeedMoreData)
                    continue;
                if (status != OperationStatus.Done)
                    return status;
                charsWritten += chars;
                pending.ResetWrittenCount();
            }

            idsConsumed += pendingIds;
            pendingIds = 0;
        }

        return OperationStatus.Done;
    }

    private static OperationStatus DecodeWhole(ReadOnlySpan<byte> bytes, Span<char> destination, out int chars)
    {
        chars = 0;
        bool fits = true;
        while (!bytes.IsEmpty)
        {
            OperationStatus status = Wtf8.Decode(bytes, out int point, out int consumed);
            if (status != OperationStatus.Done)
                return status;

            bytes = bytes[consumed..];
            if (point > char.MaxValue)
            {
                fits &= new Rune(point).TryEncodeToUtf16(fits ? destination[chars..] : default, out _);
                chars += 2;
            }
            else
            {
                fits &= chars < destination.Length;
                if (fits)
                    destination[chars] = (char)point;
                chars++;
            }
        }

        return fits ? OperationStatus.Done : OperationStatus.DestinationTooSmall;
    }

    private string DecodeCharacters(IEnumerable<int> ids, bool considerSpecialTokens)
    {
        var text = new StringBuilder();
        foreach (int id in ids)
        {
            if (_specialTokens.TryGetValue(id, out string? special))
                text.Append(considerSpecialTokens ? special : null);
            else if (id == _unknownId)
                text.Append(considerSpecialTokens ? UnknownToken : null);
            else if (_tokens.TryGetValue(id, out string? token))
                text.Append(token);
        }

        if (!string.IsNullOrEmpty(EndOfWordSuffix))
        {
            // The end of a word is a space, but for the last word.
            if (text.Length >= EndOfWordSuffix.Length
                && text.ToString(text.Length - EndOfWordSuffix.Length, EndOfWordSuffix.Length) == EndOfWordSuffix)
            {
                text.Length -= EndOfWordSuffix.Length;
            }

            text.Replace(EndOfWordSuffix, " ");
        }

        if (!string.IsNullOrEmpty(ContinuingSubwordPrefix))
            text.Replace(ContinuingSubwordPrefix, "");
        return text.ToString();
    }

    private OperationStatus DecodeCharacters(
        IEnumerable<int> ids, Span<char> destination, bool considerSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        idsConsumed = 0;
        charsWritten = 0;
        bool afterWord = false;
        foreach (int id in ids)
        {
            ReadOnlySpan<char> token;
            bool endsWord = false;
            if (_specialTokens.TryGetValue(id, out string? special) || id == _unknownId)
            {
                if (!considerSpecialTokens)
                {
                    idsConsumed++;
                    continue;
                }

                token = special ?? UnknownToken;
            }
            else
            {
                _tokens.TryGetValue(id, out string? spelled);
                token = spelled is null ? default : WithoutAffixes(spelled);
                endsWord = !string.IsNullOrEmpty(EndOfWordSuffix) && spelled?.EndsWith(EndOfWordSuffix, StringComparison.Ordinal) == true;
            }

            int space = afterWord ? 1 : 0;
            if (destination.Length - charsWritten < token.Length + space)
                return OperationStatus.DestinationTooSmall;
            if (afterWord)
                destination[charsWritten++] = ' ';
            token.CopyTo(destination[charsWritten..]);
            charsWritten += token.Length;
            idsConsumed++;
            afterWord = endsWord;
        }

        return OperationStatus.Done;
    }
}
