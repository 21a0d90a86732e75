using System.Text;

namespace Tef.Core.Text.Cleaning;

/// <summary>Digits as words.</summary>
internal sealed class SpelledDigits(WrittenLanguage language) : ITextCleaner
{
    public string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('0', '9'))
            return text;
        var result = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c))
                result.Append(' ').Append(language.Digits[c - '0']).Append(' ');
            else
                result.Append(c);
        }

        return result.ToString();
    }
}
