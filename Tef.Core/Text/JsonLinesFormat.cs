using System.Text;
using System.Text.Json;

namespace Tef.Core.Text;

/// <summary>A JSON object on each line.</summary>
internal static class JsonLinesFormat
{
    private const int LongestLine = 1 << 30;

    public static IEnumerable<TextDocument> Read(ByteWindow window, DocumentReadOptions options)
    {
        while (true)
        {
            int length = FindEnd(window);
            TextDocument? document = Parse(window, length, options);
            bool last = window.IsComplete && length == window.Unread.Length;
            window.Consume(last ? length : length + 1);
            if (document is not null)
                yield return document;
            if (last)
                yield break;
        }
    }

    private static int FindEnd(ByteWindow window)
    {
        int searched = 0;
        while (true)
        {
            int found = window.Unread[searched..].IndexOf((byte)'\n');
            if (found >= 0)
                return searched + found;
            if (window.IsComplete)
                return window.Unread.Length;
            if (window.Unread.Length > LongestLine)
                throw new InvalidDataException($"{window.Source}, line {window.Line}: the line is longer than {LongestLine} bytes.");
            searched = window.Unread.Length;
            window.FillMore();
        }
    }

    /// <returns>The document; null for a blank line or an empty body.</returns>
    private static TextDocument? Parse(ByteWindow window, int length, DocumentReadOptions options)
    {
        ReadOnlySpan<byte> line = window.Unread[..length];
        if (line.Trim(" \t\r"u8).IsEmpty)
            return null;
        if (!System.Text.Unicode.Utf8.IsValid(line))
            line = Encoding.UTF8.GetBytes(Utf8Text.Decode(window, ..length, options.ReplaceInvalidBytes));
        try
        {
            (string body, string? meta) = ReadMembers(line, options);
            return string.IsNullOrWhiteSpace(body) ? null : new TextDocument(body, meta, window.Source);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            string place = exception is JsonException { BytePositionInLine: { } position } ? $" at byte {position + 1}" : "";
            string message = exception.Message.Split(" LineNumber:")[0];
            throw new InvalidDataException($"{window.Source}, line {window.Line}: not a JSON document{place}: {message}", exception);
        }
    }

    private static (string Body, string? Meta) ReadMembers(ReadOnlySpan<byte> line, DocumentReadOptions options)
    {
        var reader = new Utf8JsonReader(line);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"an object was expected, but it begins with {reader.TokenType}.");
        string? body = null;
        string? meta = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(options.BodyField))
            {
                reader.Read();
                body = ReadString(ref reader, options.BodyField) ?? throw new JsonException($"'{options.BodyField}' is null.");
            }
            else if (reader.ValueTextEquals(options.MetaField))
            {
                reader.Read();
                meta = ReadString(ref reader, options.MetaField);
            }
            else
            {
                reader.Skip();
            }
        }

        if (reader.Read())
            throw new JsonException("there is something after the object.");
        return (body ?? throw new JsonException($"there is no '{options.BodyField}'."), meta);
    }

    private static string? ReadString(ref Utf8JsonReader reader, string name) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.Null
            ? reader.GetString()
            : throw new JsonException($"'{name}' must be a string, but is {reader.TokenType}.");
}
