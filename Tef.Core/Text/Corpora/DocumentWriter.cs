using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tef.Core.IO;

namespace Tef.Core.Text.Corpora;

/// <summary>
/// Writes documents to a file that <see cref="DocumentReader"/> reads back. The file appears whole when it is committed; it is
/// compressed when its name ends with <c>.gz</c>.
/// </summary>
public sealed class DocumentWriter : IDisposable
{
    private readonly AtomicFile _file;
    private readonly Stream _stream;
    private readonly DocumentReadOptions _options;
    private readonly DocumentFormat _format;
    private readonly byte[] _separator;
    private readonly List<TextDocument> _parts = [];

    /// <summary>Starts a file; missing folders are created.</summary>
    /// <param name="path">The name that the file gets.</param>
    /// <param name="options">
    /// Format, separator and names of JSON members. <see cref="DocumentFormat.Auto"/> goes by the extension: JSON lines for those that
    /// reading takes for such, otherwise stories.
    /// </param>
    /// <exception cref="ArgumentException">The format cannot be written: plain files hold one document, WikiText has rules of its own,
    /// Parquet is only read.
    /// </exception>
    public DocumentWriter(string path, DocumentReadOptions? options = null)
    {
        _options = options ?? new DocumentReadOptions();
        _options.Validate();
        _format = _options.Format == DocumentFormat.Auto ? ByExtension(path) : _options.Format;
        if (_format is not (DocumentFormat.Stories or DocumentFormat.JsonLines or DocumentFormat.Lines))
            throw new ArgumentException($"Documents can be written as Stories, JsonLines or Lines, but not as {_format}.", nameof(options));
        _separator = _format == DocumentFormat.Stories ? Encoding.UTF8.GetBytes($"\n{_options.Separator}\n") : "\n"u8.ToArray();
        _file = new AtomicFile(path);
        _stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(_file.Stream, CompressionLevel.Optimal, leaveOpen: true)
            : _file.Stream;
    }

    /// <summary>Documents written.</summary>
    public long Documents { get; private set; }

    /// <summary>UTF-8 bytes of their texts.</summary>
    public long TextBytes { get; private set; }

    /// <summary>Adds a document or a part of one; blank documents are left out.</summary>
    /// <param name="document">The document.</param>
    /// <exception cref="InvalidDataException">The text holds what separates documents in the format, or meta that it has no room for.
    /// </exception>
    public void Add(TextDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        _parts.Add(document);
        if (!document.Continues)
            WriteParts();
    }

    /// <summary>Completes the file and gives it its name.</summary>
    public void Commit()
    {
        if (_parts.Count > 0)
            WriteParts();
        if (_stream != _file.Stream)
            _stream.Dispose();
        _file.Commit();
    }

    /// <summary>Removes what was written, unless it was committed.</summary>
    public void Dispose() => _file.Dispose();

    private static DocumentFormat ByExtension(string path) =>
        FormatDetector.IsJsonLines(path) ? DocumentFormat.JsonLines
        : FormatDetector.IsParquet(path) ? DocumentFormat.Parquet
        : DocumentFormat.Stories;

    private void WriteParts()
    {
        string text = _parts.Count == 1 ? _parts[0].Text : string.Concat(_parts.Select(part => part.Text));
        TextDocument first = _parts[0];
        _parts.Clear();
        if (string.IsNullOrWhiteSpace(text))
            return;
        if (_format == DocumentFormat.JsonLines)
            WriteJson(text, first.Meta);
        else
            _stream.Write(Encoding.UTF8.GetBytes(Checked(text, first)));
        _stream.Write(_separator);
        Documents++;
        TextBytes += Encoding.UTF8.GetByteCount(text);
    }

    private string Checked(string text, TextDocument document)
    {
        string separator = _format == DocumentFormat.Lines ? "\n" : _options.Separator;
        if (text.Contains(separator, StringComparison.Ordinal))
        {
            string what = _format == DocumentFormat.Lines ? "a line end" : $"'{separator}'";
            throw new InvalidDataException(
                $"{document.Source ?? "A document"}: a text holds {what}, which separates documents in {_file.Path}. Write JSON lines instead "
                + "(extension .jsonl).");
        }

        return text;
    }

    private void WriteJson(string text, string? meta)
    {
        // Escapes what JSON must, so that the text stays readable.
        using var writer = new Utf8JsonWriter(_stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteString(_options.BodyField, text);
        if (!string.IsNullOrEmpty(meta))
            writer.WriteString(_options.MetaField, meta);
        writer.WriteEndObject();
    }
}
