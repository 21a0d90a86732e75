using Tef.Core.Text.Cleaning;

namespace Tef.Core.Text.Corpora;

/// <summary>What cleaning made of a corpus.</summary>
/// <param name="DocumentsRead">Documents of the corpus.</param>
/// <param name="DocumentsWritten">Documents that were not blank afterwards.</param>
/// <param name="BytesRead">UTF-8 bytes of the texts before.</param>
/// <param name="BytesWritten">UTF-8 bytes of the texts after.</param>
/// <param name="Cleaning">The steps taken, with the characters that were found to be frequent.</param>
public sealed record CleaningResult(
    long DocumentsRead, long DocumentsWritten, long BytesRead, long BytesWritten, CleaningOptions Cleaning);

/// <summary>Cleans a corpus from files to a file.</summary>
public static class CorpusCleaning
{
    /// <summary>
    /// Reads, cleans and writes document by document, on all processors and in order; the corpus may be larger than memory. The file
    /// appears when all is done. Meta is kept where the format has room for it.
    /// </summary>
    /// <param name="input">A file, a folder or a pattern.</param>
    /// <param name="output">The file to write; stories, or JSON lines by its extension, unless <paramref name="writing"/> says else.</param>
    /// <param name="cleaning">The steps; the corpus is read twice when they need to know its rare characters.</param>
    /// <param name="reading">How to read; found out by default.</param>
    /// <param name="writing">How to write.</param>
    /// <param name="progress">Told the number of documents read, now and then.</param>
    /// <param name="cancellation">Ends the work; nothing is written then.</param>
    /// <exception cref="FileNotFoundException">There is nothing to read.</exception>
    /// <exception cref="InvalidDataException">The input is damaged, or the output format has no room for a text.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static CleaningResult Run(
        string input,
        string output,
        CleaningOptions cleaning,
        DocumentReadOptions? reading = null,
        DocumentReadOptions? writing = null,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cleaning);
        IEnumerable<TextDocument> documents = DocumentReader.Read(input, reading);
        cleaning = TextCleaner.Fit(cleaning, documents.Select(document => document.Text), cancellation);
        TextCleaner cleaner = TextCleaner.Create(cleaning);
        long read = 0, bytes = 0;
        using var writer = new DocumentWriter(output, writing);
        IEnumerable<(TextDocument Before, TextDocument After)> cleaned = ParallelOrder.Select(
            documents, document => (document, document with { Text = cleaner.Clean(document.Text) }), cancellation);
        foreach ((TextDocument before, TextDocument after) in cleaned)
        {
            bytes += System.Text.Encoding.UTF8.GetByteCount(before.Text);
            writer.Add(after);
            if (!before.Continues && ++read % 1000 == 0)
                progress?.Report(read);
        }

        writer.Commit();
        progress?.Report(read);
        return new CleaningResult(read, writer.Documents, bytes, writer.TextBytes, cleaning);
    }
}
