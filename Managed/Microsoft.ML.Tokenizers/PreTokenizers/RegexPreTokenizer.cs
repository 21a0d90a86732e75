using System.Text.RegularExpressions;
using Tef.Core.Tokenization.ByteLevel;

namespace Microsoft.ML.Tokenizers;

/// <summary>Pieces are the matches of a regular expression, and special tokens. GPT-2's expression is not run but scanned for.</summary>
public sealed class RegexPreTokenizer : PreTokenizer
{
    // GPT-2's pattern in the spellings in which it is known; all match the same.
    private static readonly HashSet<string> s_gpt2Patterns =
    [
        .. from contractions in (string[])["'s|'t|'re|'ve|'m|'ll|'d", "'(?:[sdmt]|ll|ve|re)"]
           from runs in (string[])[@" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+", @" ?(?>\p{L}+)| ?(?>\p{N}+)| ?(?>[^\s\p{L}\p{N}]+)"]
           from spaces in (string[])[@"\s+(?!\S)|\s+", @"\s+(?!\S)|\s", @"(?>\s+)$|\s+(?!\S)|\s+", @"(?>\s+)$|\s+(?!\S)|\s"]
           select $"{contractions}|{runs}|{spaces}",
    ];

    private const RegexOptions HarmlessOptions =
        RegexOptions.Compiled | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    private readonly Regex _regex;
    private readonly SpecialTokenSet? _specialTokens;

    /// <param name="regex">Matches a piece.</param>
    /// <param name="specialTokens">Tokens that are pieces wherever they are found.</param>
    public RegexPreTokenizer(Regex regex, IReadOnlyDictionary<string, int>? specialTokens)
    {
        ArgumentNullException.ThrowIfNull(regex);
        if (specialTokens?.ContainsKey("") == true)
            throw new ArgumentException("A special token must not be empty.", nameof(specialTokens));

        _regex = regex;
        _specialTokens = specialTokens is { Count: > 0 } ? new SpecialTokenSet(specialTokens.Keys) : null;
        if ((regex.Options & ~HarmlessOptions) == 0 && s_gpt2Patterns.Contains(regex.ToString()))
            Gpt2Split = new Gpt2Split(_specialTokens);
    }

    internal override Gpt2Split? Gpt2Split { get; }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Gpt2Split?.Split(text) ?? Split(text);
    }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    private IEnumerable<(int Offset, int Length)> Split(string text)
    {
        for (int start = 0; start < text.Length;)
        {
            int token = -1;
            int end = _specialTokens?.IndexOf(text, start, out token) ?? -1;
            if (end < 0)
                end = text.Length;

            while (start < end && TryMatch(text.AsSpan(start, end - start), out int offset, out int length))
            {
                start += offset;
                if (length > 0)
                    yield return (start, length);
                start += Math.Max(1, length);
            }

            start = end;
            if (token >= 0)
            {
                int length = _specialTokens![token].Length;
                yield return (start, length);
                start += length;
            }
        }
    }

    // Each match is looked for in the rest of the text alone: anchors and look-behinds do not see what was matched before.
    private bool TryMatch(ReadOnlySpan<char> text, out int offset, out int length)
    {
        foreach (ValueMatch match in _regex.EnumerateMatches(text))
        {
            (offset, length) = (match.Index, match.Length);
            return true;
        }

        (offset, length) = (0, 0);
        return false;
    }
}
