using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Tef.Core.Tokenization;

namespace Tef.Core.Text.Corpora;

/// <summary>Counts what there is in a corpus.</summary>
public static class CorpusMeasurement
{
    /// <summary>Reads a corpus once, on all processors; it may be larger than memory.</summary>
    /// <param name="documents">The corpus, such as <see cref="DocumentReader.Read"/> gives it.</param>
    /// <param name="tokenizer">What counts its tokens; they are not counted when null.</param>
    /// <param name="rareBelow">Occurrences below which a token is called rare.</param>
    /// <param name="listed">How many of the rarest and most frequent tokens to list.</param>
    /// <param name="progress">Told the number of documents read, now and then.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    public static CorpusStatistics Run(
        IEnumerable<TextDocument> documents,
        ITokenEncoder? tokenizer = null,
        int rareBelow = 10,
        int listed = 10,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        OptionGuard.AtLeast(rareBelow, 1);
        OptionGuard.AtLeast(listed, 0);
        long withMeta = 0, duplicates = 0, bytes = 0, characters = 0, lines = 0, length = 0;
        var lengths = new List<long>();
        var seen = new HashSet<UInt128>();
        long[] counts = new long[tokenizer?.VocabularySize ?? 0];
        UInt128 hash = 0;
        bool hasMeta = false;
        foreach ((TextDocument document, Measured part) in ParallelOrder.Select(documents, Measure, cancellation))
        {
            bytes += part.Bytes;
            characters += part.Characters;
            lines += part.Lines;
            foreach (int id in part.Ids)
                counts[id]++;
            length += tokenizer is null ? part.Bytes : part.Ids.Count;
            hash = unchecked((hash * 31) + part.Hash);
            hasMeta |= !string.IsNullOrEmpty(document.Meta);
            if (document.Continues)
                continue;
            lengths.Add(length);
            duplicates += seen.Add(hash) ? 0 : 1;
            withMeta += hasMeta ? 1 : 0;
            (length, hash, hasMeta) = (0, 0, false);
            if (lengths.Count % 1000 == 0)
                progress?.Report(lengths.Count);
        }

        progress?.Report(lengths.Count);
        return new CorpusStatistics
        {
            Documents = lengths.Count,
            DocumentsWithMeta = withMeta,
            DuplicateDocuments = duplicates,
            Bytes = bytes,
            Characters = characters,
            Lines = lines,
            Lengths = Summarize(lengths, tokenizer is null ? "bytes" : "tokens"),
            Tokens = tokenizer is null ? null : Summarize(tokenizer, counts, bytes, rareBelow, listed),
        };

        (TextDocument, Measured) Measure(TextDocument document)
        {
            byte[] text = Encoding.UTF8.GetBytes(document.Text);
            int ends = text.AsSpan().Count((byte)'\n') + (text.Length == 0 || text[^1] == '\n' ? 0 : 1);
            int continuations = 0;
            foreach (byte value in text)
                continuations += (value & 0xC0) == 0x80 ? 1 : 0;
            IReadOnlyList<int> ids = tokenizer?.Encode(document.Text) ?? [];
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(text, digest);
            var hash = new UInt128(BitConverter.ToUInt64(digest), BitConverter.ToUInt64(digest[8..]));
            return (document, new Measured(text.Length, text.Length - continuations, ends, hash, ids));
        }
    }

    private static LengthStatistics Summarize(List<long> lengths, string unit)
    {
        lengths.Sort();
        return new LengthStatistics
        {
            Unit = unit,
            Shortest = lengths.Count > 0 ? lengths[0] : 0,
            Longest = lengths.Count > 0 ? lengths[^1] : 0,
            Mean = lengths.Count > 0 ? lengths.Average() : 0,
            Median = Percentile(lengths, 0.5),
            Percentile90 = Percentile(lengths, 0.9),
            Percentile99 = Percentile(lengths, 0.99),
            Histogram = Histogram(lengths),
        };
    }

    /// <summary>The smallest length that so large a share of the documents does not exceed.</summary>
    private static long Percentile(List<long> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    private static List<LengthBin> Histogram(List<long> sorted)
    {
        var bins = new List<LengthBin>();
        if (sorted.Count == 0)
            return bins;
        var counts = sorted.CountBy(Bin).ToDictionary();
        for (int bin = Bin(sorted[0]); bin <= Bin(sorted[^1]); bin++)
            bins.Add(new LengthBin(bin == 0 ? 0 : 1L << (bin - 1), bin == 0 ? 0 : (1L << bin) - 1, counts.GetValueOrDefault(bin)));
        return bins;
    }

    /// <summary>0 for 0, 1 for 1, 2 for 2 and 3, 3 for 4 to 7, and so on.</summary>
    private static int Bin(long length) => 64 - BitOperations.LeadingZeroCount((ulong)length);

    private static TokenStatistics Summarize(ITokenEncoder tokenizer, long[] counts, long bytes, int rareBelow, int listed)
    {
        int[] used = [.. Enumerable.Range(0, counts.Length).Where(id => counts[id] > 0).OrderBy(id => counts[id]).ThenBy(id => id)];
        long total = counts.Sum();
        return new TokenStatistics
        {
            Count = total,
            BytesPerToken = total == 0 ? 0 : (double)bytes / total,
            VocabularySize = counts.Length,
            Unknown = tokenizer.UnknownId is { } unknown ? counts[unknown] : 0,
            NeverUsed = counts.Length - used.Length,
            RarelyUsed = used.Count(id => counts[id] < rareBelow),
            RareBelow = rareBelow,
            Rarest = [.. used.Take(listed).Select(Describe)],
            MostFrequent = [.. used.Reverse().Take(listed).Select(Describe)],
        };

        TokenCount Describe(int id) => new(id, tokenizer.Describe(id), counts[id]);
    }

    private sealed record Measured(long Bytes, long Characters, long Lines, UInt128 Hash, IReadOnlyList<int> Ids);
}
