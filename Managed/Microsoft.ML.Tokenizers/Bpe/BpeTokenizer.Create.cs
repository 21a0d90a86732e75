using System.Text;
using Tef.Core.Tokenization.ByteLevel;

namespace Microsoft.ML.Tokenizers;

public sealed partial class BpeTokenizer
{
    /// <summary>A tokenizer of the given parts.</summary>
    public static BpeTokenizer Create(BpeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string token, int id) in options.Vocabulary)
        {
            if (!vocabulary.TryAdd(token, id))
                throw new ArgumentException($"The token '{token}' is in the vocabulary twice.", nameof(options));
        }

        if (vocabulary.Count == 0)
            throw new InvalidOperationException("The vocabulary is empty.");

        var merges = new List<MergeRule>();
        foreach (string merge in options.Merges ?? [])
        {
            if (merge is null || !MergeRule.TryParse(merge, merges.Count + 1, out MergeRule rule))
            {
                throw new InvalidOperationException(
                    $"Merge {merges.Count + 1}: expected two tokens with one space between, found '{merge}'.");
            }

            merges.Add(rule);
        }

        return new BpeTokenizer(vocabulary, merges, "merges", options);
    }

    /// <summary>Reads a vocabulary and merges from files; words are split by <see cref="PreTokenizer.CreateWordOrNonWord"/>.</summary>
    public static BpeTokenizer Create(string vocabFile, string? mergesFile) =>
        Create(vocabFile, mergesFile, preTokenizer: null);

    /// <summary>Reads a vocabulary and merges from files.</summary>
    public static BpeTokenizer Create(
        string vocabFile,
        string? mergesFile,
        PreTokenizer? preTokenizer = null,
        Normalizer? normalizer = null,
        IReadOnlyDictionary<string, int>? specialTokens = null,
        string? unknownToken = null,
        string? continuingSubwordPrefix = null,
        string? endOfWordSuffix = null,
        bool fuseUnknownTokens = false)
    {
        ArgumentNullException.ThrowIfNull(vocabFile);

        using Stream vocabStream = File.OpenRead(vocabFile);
        using Stream? mergesStream = mergesFile is null ? null : File.OpenRead(mergesFile);
        return Create(
            vocabStream,
            mergesStream,
            preTokenizer,
            normalizer,
            specialTokens,
            unknownToken,
            continuingSubwordPrefix,
            endOfWordSuffix,
            fuseUnknownTokens);
    }

    /// <summary>Reads a vocabulary and merges from streams; words are split by <see cref="PreTokenizer.CreateWordOrNonWord"/>.</summary>
    public static BpeTokenizer Create(Stream vocabStream, Stream? mergesStream) =>
        Create(vocabStream, mergesStream, preTokenizer: null);

    /// <summary>Reads a vocabulary and merges from streams.</summary>
    public static BpeTokenizer Create(
        Stream vocabStream,
        Stream? mergesStream,
        PreTokenizer? preTokenizer = null,
        Normalizer? normalizer = null,
        IReadOnlyDictionary<string, int>? specialTokens = null,
        string? unknownToken = null,
        string? continuingSubwordPrefix = null,
        string? endOfWordSuffix = null,
        bool fuseUnknownTokens = false)
    {
        ArgumentNullException.ThrowIfNull(vocabStream);

        byte[] vocabulary = ReadAll(vocabStream);
        byte[] merges = mergesStream is null ? [] : ReadAll(mergesStream);
        var options = new BpeOptions(BpeFileReader.ReadVocabulary(vocabulary, BpeFileReader.NameOf(vocabStream, "vocabulary")))
        {
            PreTokenizer = preTokenizer,
            Normalizer = normalizer,
            SpecialTokens = specialTokens,
            UnknownToken = unknownToken,
            ContinuingSubwordPrefix = continuingSubwordPrefix,
            EndOfWordSuffix = endOfWordSuffix,
            FuseUnknownTokens = fuseUnknownTokens,
        };
        string mergesName = mergesStream is null ? "merges" : BpeFileReader.NameOf(mergesStream, "merges");
        using var lines = new StreamReader(new MemoryStream(merges), Encoding.UTF8);
        List<MergeRule> rules = BpeFileReader.ReadMerges(lines, mergesName);
        return new BpeTokenizer((Dictionary<string, int>)options.Vocabulary, rules, mergesName, options);
    }

    /// <summary>Reads a vocabulary and merges from streams.</summary>
    public static async Task<BpeTokenizer> CreateAsync(
        Stream vocabStream,
        Stream? mergesStream,
        PreTokenizer? preTokenizer = null,
        Normalizer? normalizer = null,
        IReadOnlyDictionary<string, int>? specialTokens = null,
        string? unknownToken = null,
        string? continuingSubwordPrefix = null,
        string? endOfWordSuffix = null,
        bool fuseUnknownTokens = false)
    {
        ArgumentNullException.ThrowIfNull(vocabStream);

        using var vocabulary = new MemoryStream();
        await vocabStream.CopyToAsync(vocabulary).ConfigureAwait(false);
        vocabulary.Position = 0;

        using MemoryStream? merges = mergesStream is null ? null : new MemoryStream();
        if (merges is not null)
        {
            await mergesStream!.CopyToAsync(merges).ConfigureAwait(false);
            merges.Position = 0;
        }

        return Create(
            vocabulary,
            merges,
            preTokenizer,
            normalizer,
            specialTokens,
            unknownToken,
            continuingSubwordPrefix,
            endOfWordSuffix,
            fuseUnknownTokens);
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
