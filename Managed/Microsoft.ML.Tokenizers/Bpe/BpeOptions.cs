using System.Text;
using Tef.Core.Tokenization.ByteLevel;

namespace Microsoft.ML.Tokenizers;

/// <summary>What a <see cref="BpeTokenizer"/> is made of.</summary>
public sealed class BpeOptions
{
    /// <param name="vocabulary">Tokens and their ids.</param>
    public BpeOptions(IEnumerable<KeyValuePair<string, int>> vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Vocabulary = vocabulary;
    }

    /// <param name="vocabFile">A JSON object of tokens and ids.</param>
    /// <param name="mergesFile">Lines of two tokens that become one, in their order.</param>
    public BpeOptions(string vocabFile, string? mergesFile = null)
    {
        ArgumentNullException.ThrowIfNull(vocabFile);
        if (!File.Exists(vocabFile))
            throw new ArgumentException($"The vocabulary file '{vocabFile}' does not exist.", nameof(vocabFile));
        if (mergesFile is not null && !File.Exists(mergesFile))
            throw new ArgumentException($"The merges file '{mergesFile}' does not exist.", nameof(mergesFile));

        Vocabulary = BpeFileReader.ReadVocabulary(File.ReadAllBytes(vocabFile), vocabFile);
        if (mergesFile is not null)
        {
            using var reader = new StreamReader(mergesFile, Encoding.UTF8);
            Merges = BpeFileReader.ReadMerges(reader, mergesFile).ConvertAll(rule => $"{rule.Left} {rule.Right}");
        }
    }

    /// <summary>Tokens and their ids.</summary>
    public IEnumerable<KeyValuePair<string, int>> Vocabulary { get; }

    /// <summary>Pairs of tokens, with a space between, that become one, in their order.</summary>
    public IEnumerable<string>? Merges { get; set; }

    /// <summary>Tokens that are not made by merges, and their ids.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; set; }

    /// <summary>Changes text before it is tokenized.</summary>
    public Normalizer? Normalizer { get; set; }

    /// <summary>Splits text into words; <see cref="PreTokenizer.CreateWordOrNonWord"/> when null.</summary>
    public PreTokenizer? PreTokenizer { get; set; }

    /// <summary>Stands for characters that the vocabulary lacks; they are left out when it is null.</summary>
    public string? UnknownToken { get; set; }

    /// <summary>Whether neighbouring unknown characters make one unknown token.</summary>
    public bool FuseUnknownTokens { get; set; }

    /// <summary>What tokens that do not begin a word begin with.</summary>
    public string? ContinuingSubwordPrefix { get; set; }

    /// <summary>What tokens that end a word end with.</summary>
    public string? EndOfWordSuffix { get; set; }

    /// <summary>Whether words are split into bytes, spelled in GPT-2's alphabet, instead of characters.</summary>
    public bool ByteLevel { get; set; }

    /// <summary>A token that is put before every text.</summary>
    public string? BeginningOfSentenceToken { get; set; }

    /// <summary>A token that is put after every text.</summary>
    public string? EndOfSentenceToken { get; set; }
}
