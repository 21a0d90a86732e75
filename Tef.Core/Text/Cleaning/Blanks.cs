using System.Text;

namespace Tef.Core.Text.Cleaning;

/// <summary>Single blanks.</summary>
internal sealed class Blanks : ITextCleaner
{
    public string Clean(string text)
    {
        var result = new StringBuilder(text.Length);
        char pending = '\0';
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                if (pending != '\n')
                    pending = c is '\n' or '\r' or '\u2028' or '\u2029' ? '\n' : ' ';
                continue;
            }

            if (pending != '\0' && result.Length > 0)
                result.Append(pending);
            pending = '\0';
            result.Append(c);
        }

        return result.ToString();
    }
}
