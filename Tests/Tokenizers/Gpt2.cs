using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Tef.Tests.Tokenizers;

/// <summary>GPT-2's vocabulary, where the shared data folder stands beside the repository.</summary>
internal static class Gpt2
{
    public const string EndOfText = "<|endoftext|>";

    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly Lazy<BpeTokenizer> s_tokenizer = new(() => Create(specialTokens: true));
    private static readonly Lazy<BpeTokenizer> s_plain = new(() => Create(specialTokens: false));

    /// <summary>With <see cref="EndOfText"/> recognised.</summary>
    public static BpeTokenizer Tokenizer => s_tokenizer.Value;

    /// <summary>Without special tokens.</summary>
    public static BpeTokenizer Plain => s_plain.Value;

    public static string VocabularyFile => SharedFile("data", "gpt2", "vocab.json");

    public static string MergesFile => SharedFile("data", "gpt2", "merges.txt");

    /// <summary>A file of the shared folder; the test is left out where there is none.</summary>
    public static string SharedFile(params string[] parts)
    {
        for (DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            string shared = Path.Combine(folder.FullName, "shared");
            if (File.Exists(Path.Combine(shared, "design.md")))
            {
                string file = Path.Combine([shared, .. parts]);
                Assume.That(file, Does.Exist, "the shared folder lacks this file");
                return file;
            }
        }

        Assume.That(false, "there is no shared folder beside the repository");
        return "";
    }

    private static BpeTokenizer Create(bool specialTokens)
    {
        var special = new Dictionary<string, int> { [EndOfText] = 50256 };
        return BpeTokenizer.Create(new BpeOptions(VocabularyFile, MergesFile)
        {
            ByteLevel = true,
            PreTokenizer = specialTokens ? new RegexPreTokenizer(new Regex(Pattern), special) : RobertaPreTokenizer.Instance,
            SpecialTokens = specialTokens ? special : null,
        });
    }
}
