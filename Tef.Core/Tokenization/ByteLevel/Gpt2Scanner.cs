using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>
/// Splits text as GPT-2 does, without a regular expression: exactly the matches of
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c> on UTF-16 code units, as .NET matches it.
/// The matches cover the text without gaps, so a split is known by its end.
/// </summary>
internal static class Gpt2Scanner
{
    /// <summary>The pattern, as published with GPT-2.</summary>
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private const byte Other = 0;
    private const byte Letter = 1;
    private const byte Number = 2;
    private const byte Space = 3;

    // One byte for each UTF-16 code unit: 64 KB, of which English text touches two cache lines.
    private static readonly byte[] s_kinds = BuildKinds();

    private static byte[] BuildKinds()
    {
        var kinds = new byte[char.MaxValue + 1];
        for (int c = 0; c < kinds.Length; c++)
        {
            // The categories of \p{L}, \p{N} and \s.
            char unit = (char)c;
            kinds[c] = char.IsLetter(unit) ? Letter : char.IsNumber(unit) ? Number : char.IsWhiteSpace(unit) ? Space : Other;
        }

        return kinds;
    }

    /// <summary>The end of the match that begins at <paramref name="start"/>, which must lie inside the text.</summary>
    public static int NextEnd(ReadOnlySpan<char> text, int start)
    {
        ref byte kinds = ref MemoryMarshal.GetArrayDataReference(s_kinds);
        ref char chars = ref MemoryMarshal.GetReference(text);
        int length = text.Length;
        char first = text[start];
        int position = start + 1;
        byte kind = Unsafe.Add(ref kinds, first);

        if (kind == Space)
        {
            if (first == ' ' && position < length)
            {
                kind = Unsafe.Add(ref kinds, Unsafe.Add(ref chars, position));
                if (kind != Space)
                    return EndOfRun(ref kinds, ref chars, position + 1, length, kind);
            }

            int end = EndOfRun(ref kinds, ref chars, position, length, Space);

            // Before a word, the last white space stands apart: a space belongs to the word, anything else is a match by itself.
            return end == length || end == position ? end : end - 1;
        }

        if (first == '\'' && position < length)
        {
            switch (Unsafe.Add(ref chars, position))
            {
                case 's' or 't' or 'm' or 'd':
                    return position + 1;
                case 'l' when position + 1 < length && Unsafe.Add(ref chars, position + 1) == 'l':
                case 'v' or 'r' when position + 1 < length && Unsafe.Add(ref chars, position + 1) == 'e':
                    return position + 2;
            }
        }

        return EndOfRun(ref kinds, ref chars, position, length, kind);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EndOfRun(ref byte kinds, ref char chars, int position, int length, byte kind)
    {
        while (position < length && Unsafe.Add(ref kinds, Unsafe.Add(ref chars, position)) == kind)
            position++;

        return position;
    }
}
