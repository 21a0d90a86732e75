using System.Collections.Frozen;
using System.Text;

namespace Tef.Core.Text.Cleaning;

/// <summary>
/// Characters that look like one of ASCII, after the confusables of Unicode (Technical Standard 39): whole ranges by rule, single ones
/// from a table beside this file.
/// </summary>
internal sealed class Homoglyphs(WrittenLanguage language) : ITextCleaner
{
    private const int Letters = 52;
    private const int FirstMathLetter = 0x1D400;
    private const int LastMathLetter = 0x1D6A3;
    private const int FirstMathDigit = 0x1D7CE;
    private const int LastMathDigit = 0x1D7FF;

    private static readonly FrozenDictionary<int, char> s_table = ReadTable();

    private readonly FrozenSet<char> _own = (language.Letters + language.Characters).ToFrozenSet();

    public string Clean(string text)
    {
        if (System.Text.Ascii.IsValid(text))
            return text;
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.IsAscii || (rune.IsBmp && _own.Contains((char)rune.Value)) || !TryFind(rune.Value, out char ascii))
                result.Append(rune);
            else
                result.Append(ascii);
        }

        return result.ToString();
    }

    /// <summary>The character of ASCII that one looks like.</summary>
    public static bool TryFind(int character, out char ascii)
    {
        ascii = character switch
        {
            >= 0xFF01 and <= 0xFF5E => (char)(character - 0xFF01 + '!'),
            >= 0x2000 and <= 0x200A or 0xA0 or 0x1680 or 0x202F or 0x205F or 0x3000 => ' ',
            >= FirstMathLetter and <= LastMathLetter => Letter((character - FirstMathLetter) % Letters),
            >= FirstMathDigit and <= LastMathDigit => (char)('0' + ((character - FirstMathDigit) % 10)),
            >= 0x2010 and <= 0x2015 or 0x2212 or 0x2043 => '-',
            _ => '\0',
        };
        return ascii != '\0' || s_table.TryGetValue(character, out ascii);
    }

    /// <summary>Capital letters, then small ones.</summary>
    private static char Letter(int index) => (char)(index < 26 ? 'A' + index : 'a' + index - 26);

    private static FrozenDictionary<int, char> ReadTable()
    {
        using Stream stream = typeof(Homoglyphs).Assembly.GetManifestResourceStream("homoglyphs.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var table = new Dictionary<int, char>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length < 2 || line.StartsWith("# ", StringComparison.Ordinal))
                continue;
            foreach (Rune rune in line[1..].EnumerateRunes().Where(rune => rune.Value != ' '))
                table.Add(rune.Value, line[0]);
        }

        return table.ToFrozenDictionary();
    }
}
