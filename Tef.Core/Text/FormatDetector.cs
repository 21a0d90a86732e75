using System.Text.Json;

namespace Tef.Core.Text;

/// <summary>Finds out how documents lie in a file, by its name and its first megabyte.</summary>
internal static class FormatDetector
{
    private const int Sample = 1 << 20;

    public static DocumentFormat Detect(string path, ByteWindow window)
    {
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        if (Path.GetExtension(name).ToLowerInvariant() is ".jsonl" or ".ndjson" or ".json" or ".documents")
            return DocumentFormat.JsonLines;
        window.Fill(Sample);
        ReadOnlySpan<byte> start = window.Unread;
        if (BeginsWithDocument(start))
            return DocumentFormat.JsonLines;
        return start.IndexOf(StoriesFormat.Separator) >= 0 ? DocumentFormat.Stories : DocumentFormat.Plain;
    }

    private static bool BeginsWithDocument(ReadOnlySpan<byte> start)
    {
        if (!start.TrimStart(" \t\r\n"u8).StartsWith((byte)'{'))
            return false;
        try
        {
            var reader = new Utf8JsonReader(start, isFinalBlock: false, default);
            if (!reader.Read())
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("body"u8))
                    return true;
                if (!reader.TrySkip())
                    return false;
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return false;
    }
}
