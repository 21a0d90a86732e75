using Tef.Core.Numerics;

namespace Tef.Core.Text.Corpora;

/// <summary>A part of a corpus to write.</summary>
/// <param name="Path">The file; stories, or JSON lines by its extension.</param>
/// <param name="Share">Share of the documents, above 0; the shares of all parts add up to at most 1.</param>
public sealed record SplitPart(string Path, double Share);

/// <summary>What became of a part.</summary>
/// <param name="Path">The file.</param>
/// <param name="Documents">Documents in it.</param>
/// <param name="TextBytes">UTF-8 bytes of their texts.</param>
public sealed record SplitResult(string Path, long Documents, long TextBytes);

/// <summary>Divides a corpus into files, document by document.</summary>
public static class CorpusSplit
{
    private const int Stream = 11;

    /// <summary>The part that a document belongs to: a function of seed and place in the corpus, so that shares are held on average.</summary>
    /// <param name="document">The document, counted from zero.</param>
    /// <param name="shares">Shares of the parts.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <returns>Index of the part; −1 for a document that the shares leave over.</returns>
    public static int PartOf(long document, IReadOnlyList<double> shares, int seed)
    {
        ArgumentNullException.ThrowIfNull(shares);
        double draw = CounterRandom.Uniform(seed, Stream, document);
        for (int part = 0; part < shares.Count; part++)
        {
            draw -= shares[part];
            if (draw < 0)
                return part;
        }

        // Shares that add up to one leave nothing over but what rounding does.
        return shares.Sum() > 1 - 1e-9 ? shares.Count - 1 : -1;
    }

    /// <summary>
    /// Reads a corpus and writes each document to one of the parts; it may be larger than memory. All files appear when all is done.
    /// </summary>
    /// <param name="input">A file, a folder or a pattern.</param>
    /// <param name="parts">The files to write.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <param name="reading">How to read; found out by default.</param>
    /// <param name="writing">How to write.</param>
    /// <param name="progress">Told the number of documents read, now and then.</param>
    /// <param name="cancellation">Ends the work; nothing is written then.</param>
    /// <exception cref="FileNotFoundException">There is nothing to read.</exception>
    /// <exception cref="InvalidDataException">
    /// The input is damaged, the output format has no room for a text, or a part got no document; nothing is written then.
    /// </exception>
    /// <exception cref="ArgumentException">Shares are out of range, or two parts have the same file.</exception>
    public static IReadOnlyList<SplitResult> Run(
        string input,
        IReadOnlyList<SplitPart> parts,
        int seed = 42,
        DocumentReadOptions? reading = null,
        DocumentReadOptions? writing = null,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        double[] shares = Shares(parts);
        IEnumerable<TextDocument> documents = DocumentReader.Read(input, reading);
        var writers = new List<DocumentWriter>();
        try
        {
            foreach (SplitPart part in parts)
                writers.Add(new DocumentWriter(part.Path, writing));
            long read = 0;
            foreach (TextDocument document in documents)
            {
                cancellation.ThrowIfCancellationRequested();
                if (PartOf(read, shares, seed) is >= 0 and int part)
                    writers[part].Add(document);
                if (!document.Continues && ++read % 1000 == 0)
                    progress?.Report(read);
            }

            int empty = writers.FindIndex(writer => writer.Documents == 0);
            if (empty >= 0)
            {
                throw new InvalidDataException(
                    $"'{input}' has {read} documents, of which none fell to '{parts[empty].Path}' with a share of {shares[empty]}. "
                    + "Use more documents, a larger share or another seed.");
            }

            progress?.Report(read);
            foreach (DocumentWriter writer in writers)
                writer.Commit();
            return [.. parts.Zip(writers, (part, writer) => new SplitResult(part.Path, writer.Documents, writer.TextBytes))];
        }
        finally
        {
            foreach (DocumentWriter writer in writers)
                writer.Dispose();
        }
    }

    private static double[] Shares(IReadOnlyList<SplitPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
            throw new ArgumentException("A split needs at least one part.", nameof(parts));
        foreach (SplitPart part in parts)
            OptionGuard.Between(part.Share, 1e-9, 1, nameof(part.Share));
        double sum = parts.Sum(part => part.Share);
        if (sum > 1 + 1e-9)
            throw new ArgumentException($"The shares of the parts add up to {sum}, which is more than 1.", nameof(parts));
        string? twice = parts.GroupBy(part => Path.GetFullPath(part.Path)).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
            throw new ArgumentException($"Two parts have the same file '{twice}'.", nameof(parts));
        return [.. parts.Select(part => part.Share)];
    }
}
