namespace Tef.Core.Text;

/// <summary>A file that is one document.</summary>
internal static class PlainFormat
{
    public static IEnumerable<TextDocument> Read(ByteWindow window, DocumentReadOptions options)
    {
        while (true)
        {
            window.Fill(options.MaxPartBytes + 1);
            bool continues = window.Unread.Length > options.MaxPartBytes;
            int length = continues ? TextParts.Cut(window.Unread[..options.MaxPartBytes]) : window.Unread.Length;
            string text = Utf8Text.Decode(window, ..length, options.ReplaceInvalidBytes);
            window.Consume(length);
            if (continues || !string.IsNullOrWhiteSpace(text))
                yield return new TextDocument(text, Source: window.Source, Continues: continues);
            if (!continues)
                yield break;
        }
    }
}
