using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers;

/// <summary>Splits text into the pieces that are tokenized one by one.</summary>
public abstract partial class PreTokenizer
{
    /// <summary>The offset and length of every piece, in order. Text between pieces is not tokenized.</summary>
    public abstract IEnumerable<(int Offset, int Length)> PreTokenize(string text);

    /// <summary>The offset and length of every piece, in order. Text between pieces is not tokenized.</summary>
    public abstract IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text);

    /// <summary>Words and single punctuation characters.</summary>
    /// <param name="specialTokens">Tokens that are pieces wherever they are found.</param>
    public static PreTokenizer CreateWordOrPunctuation(IReadOnlyDictionary<string, int>? specialTokens = null) =>
        new RegexPreTokenizer(WordOrPunctuation(), specialTokens);

    /// <summary>Words, and runs of characters that are neither of a word nor white space.</summary>
    /// <param name="specialTokens">Tokens that are pieces wherever they are found.</param>
    public static PreTokenizer CreateWordOrNonWord(IReadOnlyDictionary<string, int>? specialTokens = null) =>
        new RegexPreTokenizer(WordOrNonWord(), specialTokens);

    /// <summary>What stands between white space.</summary>
    /// <param name="specialTokens">Tokens that are pieces wherever they are found.</param>
    public static PreTokenizer CreateWhiteSpace(IReadOnlyDictionary<string, int>? specialTokens = null) =>
        new RegexPreTokenizer(NoWhiteSpace(), specialTokens);

    /// <summary>The way around <see cref="PreTokenize(string)"/> for pre-tokenizers that split as GPT-2 does.</summary>
    internal virtual Gpt2Split? Gpt2Split => null;

    [GeneratedRegex(@"\w+|[\p{P}]")]
    private static partial Regex WordOrPunctuation();

    [GeneratedRegex(@"\w+|[^\w\s]+")]
    private static partial Regex WordOrNonWord();

    [GeneratedRegex(@"\S+")]
    private static partial Regex NoWhiteSpace();
}
