using System.IO.Compression;

namespace Tef.Core.Text;

/// <summary>
/// Reads the documents of a corpus one after the other, so that it may be larger than memory. Files may be compressed
/// (<c>.gz</c>). Text is UTF-8, with or without a byte order mark.
/// </summary>
public static class DocumentReader
{
    /// <summary>Opens a corpus. The files are looked up at once and read while the result is enumerated, which it can be often.</summary>
    /// <param name="path">A file, a folder or a pattern, as for <see cref="DocumentFiles.Find"/>.</param>
    /// <param name="options">Format and encoding; defaults when null.</param>
    /// <returns>Documents in the order of the files; blank ones are left out.</returns>
    /// <exception cref="FileNotFoundException">There is no such file or folder, it is empty, or no file matches.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidDataException">
    /// While reading: bytes that are not UTF-8, a line that is not a JSON document (both with file, line and position), damaged
    /// compressed data, a Parquet file that is damaged or lacks a column, or no text at all.
    /// </exception>
    public static IEnumerable<TextDocument> Read(string path, DocumentReadOptions? options = null)
    {
        options ??= new DocumentReadOptions();
        options.Validate();
        return ReadAll(path, DocumentFiles.Find(path), options);
    }

    /// <summary>How documents lie in a file; null when it is compressed, and only reading would tell.</summary>
    internal static DocumentFormat? FormatOf(string file, DocumentReadOptions options)
    {
        if (file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            return null;
        if (options.Format != DocumentFormat.Auto)
            return options.Format;
        using var window = new ByteWindow(Open(file), file);
        return FormatDetector.Detect(file, window, options);
    }

    private static IEnumerable<TextDocument> ReadAll(string path, IReadOnlyList<string> files, DocumentReadOptions options)
    {
        bool any = false;
        foreach (string file in files)
        {
            foreach (TextDocument document in ReadFile(file, options))
            {
                any = true;
                yield return document;
            }
        }

        if (!any)
            throw new InvalidDataException($"'{path}' contains no text.");
    }

    private static IEnumerable<TextDocument> ReadFile(string file, DocumentReadOptions options)
    {
        using var window = new ByteWindow(Open(file), file);
        window.Fill(3);
        if (window.Unread.StartsWith("\uFEFF"u8))
            window.Consume(3);
        DocumentFormat format = options.Format == DocumentFormat.Auto ? FormatDetector.Detect(file, window, options) : options.Format;
        IEnumerable<TextDocument> documents = format switch
        {
            DocumentFormat.JsonLines => JsonLinesFormat.Read(window, options),
            DocumentFormat.Stories => SeparatedFormat.Read(window, options, new SeparatorBorder(options.Separator)),
            DocumentFormat.Lines => SeparatedFormat.Read(window, options, new SeparatorBorder("\n")),
            DocumentFormat.Paragraphs => SeparatedFormat.Read(window, options, new BlankLineBorder()),
            DocumentFormat.WikiText => SeparatedFormat.Read(window, options, new WikiTextBorder()),
            DocumentFormat.Parquet => ParquetFormat.Read(file, options),
            _ => PlainFormat.Read(window, options),
        };
        foreach (TextDocument document in documents)
            yield return document;
    }

    private static Stream Open(string file)
    {
        // The window reads in large portions of its own.
        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        return file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }
}
