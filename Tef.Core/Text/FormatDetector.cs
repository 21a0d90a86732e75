using System.Text;
using System.Text.Json;

namespace Tef.Core.Text;

/// <summary>Finds out how documents lie in a file, by its name and its first megabyte.</summary>
internal static class FormatDetector
{
    private const int Sample = 1 << 20;

    public static DocumentFormat Detect(string path, ByteWindow window, DocumentReadOptions options)
    {
        if (IsJsonLines(path))
            return DocumentFormat.JsonLines;
        window.Fill(ParquetFormat.Magic.Length);
        if (IsParquet(path) || window.Unread.StartsWith(ParquetFormat.Magic))
            return DocumentFormat.Parquet;
        window.Fill(Sample);
        ReadOnlySpan<byte> start = window.Unread;
        if (BeginsWithDocument(start, options.BodyField))
            return DocumentFormat.JsonLines;
        if (start.IndexOf(Encoding.UTF8.GetBytes(options.Separator)) >= 0)
            return DocumentFormat.Stories;
        return WikiTextBorder.Begins(start) ? DocumentFormat.WikiText : DocumentFormat.Plain;
    }

    /// <summary>Whether the name of a file says that it holds JSON documents.</summary>
    public static bool IsJsonLines(string path) => Extension(path) is ".jsonl" or ".ndjson" or ".json" or ".documents";

    /// <summary>Whether the name of a file says that it is a Parquet file.</summary>
    public static bool IsParquet(string path) => Extension(path) == ".parquet";

    private static string Extension(string path)
    {
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(name).ToLowerInvariant();
    }

    private static bool BeginsWithDocument(ReadOnlySpan<byte> start, string bodyField)
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
                if (reader.ValueTextEquals(bodyField))
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
