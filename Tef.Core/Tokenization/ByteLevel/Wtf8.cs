using System.Buffers;
using System.Text;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>
/// UTF-8 in which a surrogate without its partner has the three bytes of its code point (WTF-8), so that every
/// .NET string has bytes of its own and comes back from them.
/// </summary>
internal static class Wtf8
{
    /// <summary>Bytes that <paramref name="chars"/> UTF-16 code units need at most.</summary>
    public static int MaxBytes(int chars) => checked(chars * 3);

    /// <summary>Writes the bytes of a text; returns their number.</summary>
    public static int GetBytes(ReadOnlySpan<char> text, Span<byte> destination)
    {
        int written = 0;
        for (int i = 0; i < text.Length; i++)
        {
            uint c = text[i];
            if (c < 0x80)
            {
                destination[written++] = (byte)c;
            }
            else if (c < 0x800)
            {
                destination[written++] = (byte)(0xC0 | c >> 6);
                destination[written++] = (byte)(0x80 | c & 0x3F);
            }
            else if (char.IsHighSurrogate((char)c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                uint point = (uint)char.ConvertToUtf32((char)c, text[++i]);
                destination[written++] = (byte)(0xF0 | point >> 18);
                destination[written++] = (byte)(0x80 | point >> 12 & 0x3F);
                destination[written++] = (byte)(0x80 | point >> 6 & 0x3F);
                destination[written++] = (byte)(0x80 | point & 0x3F);
            }
            else
            {
                destination[written++] = (byte)(0xE0 | c >> 12);
                destination[written++] = (byte)(0x80 | c >> 6 & 0x3F);
                destination[written++] = (byte)(0x80 | c & 0x3F);
            }
        }

        return written;
    }

    /// <summary>Bytes of the code unit at <paramref name="index"/> with, if it begins a pair, its partner; and its code units.</summary>
    public static (int Bytes, int Chars) Measure(ReadOnlySpan<char> text, int index)
    {
        char c = text[index];
        if (c < 0x80)
            return (1, 1);
        if (c < 0x800)
            return (2, 1);
        return char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) ? (4, 2) : (3, 1);
    }

    /// <summary>The text of bytes; what is no UTF-8, but for surrogates, becomes U+FFFD as in <see cref="Encoding.UTF8"/>.</summary>
    public static string GetString(ReadOnlySpan<byte> bytes)
    {
        if (IndexOfSurrogate(bytes) < 0)
            return Encoding.UTF8.GetString(bytes);

        var text = new StringBuilder(bytes.Length);
        for (int at; (at = IndexOfSurrogate(bytes)) >= 0; bytes = bytes[(at + 3)..])
        {
            text.Append(Encoding.UTF8.GetString(bytes[..at]));
            text.Append((char)(0xD000 | (bytes[at + 1] & 0x3F) << 6 | bytes[at + 2] & 0x3F));
        }

        return text.Append(Encoding.UTF8.GetString(bytes)).ToString();
    }

    /// <summary>
    /// Decodes one code point, surrogates included. <see cref="OperationStatus.NeedMoreData"/> when the bytes end inside it.
    /// </summary>
    public static OperationStatus Decode(ReadOnlySpan<byte> bytes, out int point, out int consumed)
    {
        OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out consumed);
        point = rune.Value;
        if (status == OperationStatus.Done || bytes[0] != 0xED || bytes.Length > 1 && bytes[1] is < 0xA0 or > 0xBF)
            return status;
        if (bytes.Length < 3)
            return OperationStatus.NeedMoreData;
        if ((bytes[2] & 0xC0) != 0x80)
            return OperationStatus.InvalidData;

        point = 0xD000 | (bytes[1] & 0x3F) << 6 | bytes[2] & 0x3F;
        consumed = 3;
        return OperationStatus.Done;
    }

    // 0xED never continues a sequence, so text may be cut before it.
    private static int IndexOfSurrogate(ReadOnlySpan<byte> bytes)
    {
        for (int start = 0; ;)
        {
            int found = bytes[start..].IndexOf((byte)0xED);
            if (found < 0)
                return -1;

            start += found;
            if (start + 2 < bytes.Length && bytes[start + 1] is >= 0xA0 and <= 0xBF && (bytes[start + 2] & 0xC0) == 0x80)
                return start;
            start++;
        }
    }
}
