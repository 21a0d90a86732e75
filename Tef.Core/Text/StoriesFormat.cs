namespace Tef.Core.Text;

/// <summary>Documents separated by <c>&lt;|endoftext|&gt;</c>.</summary>
internal static class StoriesFormat
{
    public static ReadOnlySpan<byte> Separator => "<|endoftext|>"u8;

    public static IEnumerable<TextDocument> Read(ByteWindow window, DocumentReadOptions options)
    {
        bool inside = false;
        while (true)
        {
            int length = FindEnd(window, options.MaxPartBytes, out bool ends);
            string text = Text(window, length, trimStart: !inside, trimEnd: ends, options);
            bool last = ends && window.IsComplete && length == window.Unread.Length;
            window.Consume(ends && !last ? length + Separator.Length : length);

            // A part after others is given even when blank, because it ends the document that they announced to go on.
            if (inside || !string.IsNullOrWhiteSpace(text))
            {
                yield return new TextDocument(text, Source: window.Source, Continues: !ends);
                inside = !ends;
            }

            if (last)
                yield break;
        }
    }

    /// <summary>The length of the document that is unread, or of a part of it when it is too long.</summary>
    private static int FindEnd(ByteWindow window, int maxPartBytes, out bool ends)
    {
        ends = true;
        int searched = 0;
        while (true)
        {
            int found = window.Unread[searched..].IndexOf(Separator);
            if (found >= 0 && searched + found <= maxPartBytes)
                return searched + found;
            if (window.Unread.Length >= maxPartBytes + Separator.Length)
            {
                ends = false;
                return TextParts.Cut(window.Unread[..maxPartBytes]);
            }

            if (window.IsComplete)
                return window.Unread.Length;
            searched = Math.Max(0, window.Unread.Length - Separator.Length + 1);
            window.FillMore();
        }
    }

    private static string Text(ByteWindow window, int length, bool trimStart, bool trimEnd, DocumentReadOptions options)
    {
        int start = 0;
        while (trimStart && start < length && TextParts.IsBlank(window.Unread[start]))
            start++;
        while (trimEnd && length > start && TextParts.IsBlank(window.Unread[length - 1]))
            length--;
        return Utf8Text.Decode(window, start..length, options.ReplaceInvalidBytes);
    }
}
