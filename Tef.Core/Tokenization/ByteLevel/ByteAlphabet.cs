using System.Diagnostics.CodeAnalysis;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>
/// GPT-2's alphabet, in which vocabularies spell bytes: printable Latin-1 characters stand for themselves,
/// the other 68 bytes for the characters from U+0100 on, in their order.
/// </summary>
internal static class ByteAlphabet
{
    private const int LastLetter = 0x143;

    private static readonly char[] s_letters = new char[256];
    private static readonly short[] s_bytes = new short[LastLetter + 1];

    static ByteAlphabet()
    {
        Array.Fill(s_bytes, (short)-1);
        int next = 0x100;
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            char letter = printable ? (char)value : (char)next++;
            s_letters[value] = letter;
            s_bytes[letter] = (short)value;
        }
    }

    /// <summary>The character for each byte.</summary>
    public static ReadOnlySpan<char> Letters => s_letters;

    /// <summary>The byte that a character stands for.</summary>
    public static bool TryGetByte(char letter, out byte value)
    {
        short found = letter <= LastLetter ? s_bytes[letter] : (short)-1;
        value = (byte)found;
        return found >= 0;
    }

    /// <summary>Spells bytes.</summary>
    public static string Spell(ReadOnlySpan<byte> bytes)
    {
        return string.Create(bytes.Length, bytes, static (letters, source) =>
        {
            for (int i = 0; i < letters.Length; i++)
                letters[i] = s_letters[source[i]];
        });
    }

    /// <summary>Reads a spelled token; false when a character of it is not in the alphabet.</summary>
    public static bool TryRead(ReadOnlySpan<char> token, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            if (!TryGetByte(token[i], out bytes[i]))
            {
                bytes = null;
                return false;
            }
        }

        return true;
    }
}
