using System.Globalization;
using System.Text;

namespace Tef.Core.Tokenization.Training;

/// <summary>
/// Classes of characters that pieces do not mix: the scripts of letters (by Unicode's blocks; Chinese and Japanese are one),
/// digits, white space, and everything else together.
/// </summary>
internal static class CharacterClass
{
    public const byte Other = 0;
    public const byte Space = 1;
    public const byte WhiteSpace = 2;
    public const byte Number = 3;

    /// <summary>A mark is of the class of the character before it.</summary>
    public const byte Mark = 4;

    private const byte Surrogate = 255;
    private const byte Latin = 5;
    private const byte Greek = 6;
    private const byte Cyrillic = 7;
    private const byte Armenian = 8;
    private const byte Hebrew = 9;
    private const byte Arabic = 10;
    private const byte Georgian = 11;
    private const byte Hangul = 12;
    private const byte Ethiopic = 13;
    private const byte Han = 14;
    private const byte Yi = 15;
    private const byte Rest = 16;
    private const byte FirstBlock = 17;

    // Where the letters of a script begin; they end where the next begin.
    private static readonly (int Start, byte Script)[] s_scripts =
    [
        (0, Latin), (0x370, Greek), (0x400, Cyrillic), (0x530, Armenian), (0x590, Hebrew), (0x600, Arabic), (0x700, FirstBlock),
        (0x10A0, Georgian), (0x1100, Hangul), (0x1200, Ethiopic), (0x13A0, Rest), (0x1C80, Cyrillic), (0x1C90, Georgian),
        (0x1D00, Latin), (0x1F00, Greek), (0x2000, Latin), (0x2C00, Rest), (0x2D00, Georgian), (0x2D30, Rest), (0x2D80, Ethiopic),
        (0x2DE0, Cyrillic), (0x2E00, Han), (0x3130, Hangul), (0x3190, Han), (0xA000, Yi), (0xA4D0, Rest), (0xA640, Cyrillic),
        (0xA6A0, Rest), (0xA720, Latin), (0xA800, Rest), (0xA960, Hangul), (0xA980, Rest), (0xAB30, Latin), (0xAB70, Rest),
        (0xAC00, Hangul), (0xF900, Han), (0xFB00, Latin), (0xFB13, Armenian), (0xFB1D, Hebrew), (0xFB50, Arabic), (0xFF21, Latin),
        (0xFF66, Han), (0xFFA0, Hangul), (0x10000, Rest), (0x1AFF0, Han), (0x1B170, Rest), (0x1D400, Latin), (0x1DF00, Rest),
        (0x20000, Han),
    ];

    private static readonly byte[] s_classes = Build();

    /// <summary>The class of the character at a position, and its code units.</summary>
    public static byte At(ReadOnlySpan<char> text, int position, out int length)
    {
        byte found = s_classes[text[position]];
        length = 1;
        if (found != Surrogate)
            return found;

        Rune.DecodeFromUtf16(text[position..], out Rune rune, out length);
        return Of(rune.Value, Rune.GetUnicodeCategory(rune));
    }

    private static byte[] Build()
    {
        var classes = new byte[char.MaxValue + 1];
        for (int c = 0; c < classes.Length; c++)
            classes[c] = char.IsSurrogate((char)c) ? Surrogate : Of(c, CharUnicodeInfo.GetUnicodeCategory(c));
        classes[' '] = classes[PieceAlphabet.Space] = Space;
        return classes;
    }

    private static byte Of(int codePoint, UnicodeCategory category)
    {
        switch (category)
        {
            case UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Control:
                return WhiteSpace;
            case UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber:
                return Number;
            case UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark:
                return Mark;
            case UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter:
                int last = Array.FindLastIndex(s_scripts, script => script.Start <= codePoint);
                byte script = s_scripts[last].Script;

                // From Syriac to Myanmar every script has its block of 128.
                return script == FirstBlock ? (byte)(FirstBlock + (codePoint - 0x700 >> 7)) : script;
            default:
                return Other;
        }
    }
}
