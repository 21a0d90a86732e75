namespace Tef.Core.Text;

/// <summary>A title begins the next article: <c>" = Title = "</c> on a line between blank ones.</summary>
internal sealed class WikiTextBorder : DocumentBorder
{
    private const int LongestTitle = 1 << 10;

    public override int LongestSeparator => 2 * LongestTitle;

    public override bool TryFind(ReadOnlySpan<byte> text, bool isComplete, ref int searched, out int end, out int separator)
    {
        separator = 0;
        end = 0;
        while (true)
        {
            int found = text[searched..].IndexOf("\n = "u8);
            if (found < 0)
            {
                searched = Math.Max(searched, text.Length - 3);
                return false;
            }

            end = searched + found + 1;
            if (!IsWholeTitle(text[end..], isComplete, out bool known))
            {
                // A line that is not all there yet is looked at again.
                if (!known)
                    return false;
            }
            else if (!text[..end].Trim(" \t\r\n"u8).IsEmpty && IsBlankBefore(text, end))
            {
                return true;
            }

            searched = end;
        }
    }

    public override string? MetaOf(string text)
    {
        string line = text.TrimStart();
        int end = line.IndexOf('\n');
        line = (end < 0 ? line : line[..end]).Trim();
        bool isTitle = line.Length > 4 && line.StartsWith("= ", StringComparison.Ordinal) && line.EndsWith(" =", StringComparison.Ordinal)
            && line[2] != '=';
        return isTitle ? line[2..^2].Trim() : null;
    }

    /// <summary>Whether a file begins with a title.</summary>
    public static bool Begins(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> text = start.TrimStart("\t\r\n "u8);
        int skipped = start.Length - text.Length;
        return skipped > 0 && start[skipped - 1] == ' ' && IsWholeTitle(start[(skipped - 1)..], isComplete: true, out _);
    }

    /// <param name="line">Bytes from the beginning of a line on.</param>
    /// <param name="isComplete">Whether no more bytes follow.</param>
    /// <param name="known">Whether there are bytes enough to tell.</param>
    private static bool IsWholeTitle(ReadOnlySpan<byte> line, bool isComplete, out bool known)
    {
        known = true;
        if (!line.StartsWith(" = "u8) || line.StartsWith(" = ="u8))
            return false;
        int end = line.IndexOf((byte)'\n');
        if (end < 0 && line.Length < LongestTitle && !isComplete)
        {
            known = false;
            return false;
        }

        ReadOnlySpan<byte> title = (end < 0 ? line : line[..end]).TrimEnd(" \t\r"u8);
        if (title.Length is <= 5 or > LongestTitle || !title.EndsWith(" ="u8) || title.EndsWith("= ="u8))
            return false;

        // The line behind a title is blank.
        ReadOnlySpan<byte> behind = end < 0 ? [] : line[(end + 1)..];
        int content = behind.IndexOfAnyExcept(" \t\r"u8);
        if (content < 0 && !isComplete && behind.Length < LongestTitle)
        {
            known = false;
            return false;
        }

        return content < 0 || behind[content] == '\n';
    }

    private static bool IsBlankBefore(ReadOnlySpan<byte> text, int lineStart)
    {
        ReadOnlySpan<byte> before = text[..(lineStart - 1)].TrimEnd(" \t\r"u8);
        return before.IsEmpty || before[^1] == '\n';
    }
}
