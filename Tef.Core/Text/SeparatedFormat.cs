namespace Tef.Core.Text;

/// <summary>Documents one after the other with borders between them; blanks around them are not part of them.</summary>
internal static class SeparatedFormat
{
    public static IEnumerable<TextDocument> Read(ByteWindow window, DocumentReadOptions options, DocumentBorder border)
    {
        bool inside = false;
        while (true)
        {
            int length = FindEnd(window, options.MaxPartBytes, border, out bool ends, out int separator);
            string text = Text(window, length, trimStart: !inside, trimEnd: ends, options);
            bool last = ends && window.IsComplete && length + separator == window.Unread.Length;
            window.Consume(length + separator);

            // A part after others is given even when blank, because it ends the document that they announced to go on.
            if (inside || !string.IsNullOrWhiteSpace(text))
            {
                yield return new TextDocument(text, inside ? null : border.MetaOf(text), window.Source, Continues: !ends);
                inside = !ends;
            }

            if (last)
                yield break;
        }
    }

    /// <summary>The length of the document that is unread, or of a part of it when it is too long.</summary>
    private static int FindEnd(ByteWindow window, int maxPartBytes, DocumentBorder border, out bool ends, out int separator)
    {
        ends = true;
        int searched = 0;
        while (true)
        {
            if (border.TryFind(window.Unread, window.IsComplete, ref searched, out int end, out separator) && end <= maxPartBytes)
                return end;
            separator = 0;
            if (window.IsComplete && window.Unread.Length <= maxPartBytes)
                return window.Unread.Length;

            // The border may begin within the part and end behind it.
            if (window.Unread.Length >= maxPartBytes + border.LongestSeparator || (window.IsComplete && window.Unread.Length > maxPartBytes))
            {
                ends = false;
                return TextParts.Cut(window.Unread[..maxPartBytes]);
            }

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
