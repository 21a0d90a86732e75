using System.Text;

namespace Tef.Benchmarks.Tokenizers;

/// <summary>A text on disk to train tokenizers on: a file as it is, or one made larger, in which words come new all the time.</summary>
internal sealed class CorpusFile : IDisposable
{
    /// <summary>Of so many words one is new, made of the parts of two others, so that a larger text has more different words.</summary>
    private const int Novelty = 40;

    private readonly bool _temporary;

    private CorpusFile(string path, bool temporary)
    {
        Path = path;
        _temporary = temporary;
        Bytes = new FileInfo(path).Length;
    }

    public string Path { get; }

    public long Bytes { get; }

    /// <summary>Takes or makes a text.</summary>
    /// <param name="source">A text to take words from; generated words when null.</param>
    /// <param name="megabytes">The size to make it; the source as it is when null.</param>
    /// <param name="folder">Where to write.</param>
    public static CorpusFile Create(string? source, double? megabytes, string folder)
    {
        if (source is not null && megabytes is null)
            return new CorpusFile(source, temporary: false);
        string[] lines = source is null ? GeneratedLines() : File.ReadAllLines(source);
        if (!lines.Any(line => line.Contains(' ')))
            throw new InvalidOperationException($"'{source}' has no line of several words to make a text of.");
        string path = System.IO.Path.Combine(folder, "corpus.txt");
        long size = (long)((megabytes ?? 4) * 1e6);
        var random = new Random(1);
        string[] words = [.. lines.SelectMany(line => line.Split(' ')).Where(word => word.Length > 3).Distinct(StringComparer.Ordinal)];
        using (var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 16))
        {
            long written = 0;
            for (int i = 0; written < size; i++)
            {
                string line = i < lines.Length ? lines[i] : Vary(lines[i % lines.Length], words, random);
                writer.Write(line);
                writer.Write('\n');
                written += Encoding.UTF8.GetByteCount(line) + 1;
            }
        }

        return new CorpusFile(path, temporary: true);
    }

    public void Dispose()
    {
        if (_temporary)
            File.Delete(Path);
    }

    private static string Vary(string line, string[] words, Random random) =>
        string.Join(' ', line.Split(' ').Select(word => random.Next(Novelty) == 0 ? NewWord(words, random) : word));

    private static string NewWord(string[] words, Random random)
    {
        string first = words[random.Next(words.Length)], second = words[random.Next(words.Length)];
        return first[..(first.Length / 2)] + second[(second.Length / 2)..];
    }

    /// <summary>Lines of made-up words, a few of which are frequent and most of which are rare (Zipf's law).</summary>
    private static string[] GeneratedLines()
    {
        const int differentWords = 12_000, count = 60_000;
        string[] onsets = ["b", "br", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "st", "t", "th", "w", ""];
        string[] nuclei = ["a", "e", "i", "o", "u", "ea", "ou", "ai"];
        string[] codas = ["", "n", "r", "t", "s", "ng", "ck", "ll", "d"];
        var random = new Random(2);
        string[] words = [.. Enumerable.Range(0, differentWords).Select(rank => string.Concat(
            Enumerable.Range(0, 1 + random.Next(rank < 200 ? 1 : 3)).Select(_ => Of(onsets) + Of(nuclei) + Of(codas))))];
        var lines = new string[count];
        for (int line = 0; line < count; line++)
        {
            IEnumerable<string> sentence = Enumerable.Range(0, 5 + random.Next(15))
                .Select(_ => words[(int)(differentWords * Math.Pow(random.NextDouble(), 4))]);
            lines[line] = string.Join(' ', sentence) + ".";
        }
        return lines;

        string Of(string[] parts) => parts[random.Next(parts.Length)];
    }
}
