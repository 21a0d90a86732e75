using System.Text;
using System.Text.RegularExpressions;
using Tef.Core.Tokenization;
using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Tests.Core.Tokenization;

/// <summary>Byte-pair encoding as the paper has it: everything is counted anew for each merge.</summary>
internal static class NaiveBpe
{
    public static List<string> Words(string text) => [.. Regex.Matches(text, Gpt2Scanner.Pattern).Select(match => match.Value)];

    public static List<string> Spell(string word) =>
        [.. ByteAlphabet.Spell(Encoding.UTF8.GetBytes(word)).Select(letter => letter.ToString())];

    public static (List<string> Tokens, List<(string Left, string Right)> Merges) Train(
        IEnumerable<string> documents, int vocabularySize, long minFrequency, string[] specialTokens)
    {
        var words = new Dictionary<string, (List<string> Symbols, long Count)>();
        foreach (string document in documents)
        {
            foreach (string part in document.Split(specialTokens, StringSplitOptions.None))
            {
                foreach (string word in Words(part))
                    words[word] = words.TryGetValue(word, out var known) ? (known.Symbols, known.Count + 1) : (Spell(word), 1);
            }
        }

        List<string> tokens = [.. BpeVocabulary.Alphabet];
        var merges = new List<(string, string)>();
        while (tokens.Count + specialTokens.Length < vocabularySize)
        {
            var counts = new Dictionary<(int, int), long>();
            foreach ((List<string> symbols, long count) in words.Values)
            {
                for (int i = 0; i + 1 < symbols.Count; i++)
                {
                    (int, int) pair = (tokens.IndexOf(symbols[i]), tokens.IndexOf(symbols[i + 1]));
                    counts[pair] = counts.GetValueOrDefault(pair) + count;
                }
            }

            var candidates = counts.Where(
                entry => entry.Value >= minFrequency && !tokens.Contains(tokens[entry.Key.Item1] + tokens[entry.Key.Item2]));
            if (!candidates.Any())
                break;
            (int left, int right) = candidates.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).First().Key;

            merges.Add((tokens[left], tokens[right]));
            foreach ((List<string> symbols, long _) in words.Values)
                Merge(symbols, tokens[left], tokens[right]);
            tokens.Add(tokens[left] + tokens[right]);
        }

        tokens.AddRange(specialTokens);
        return (tokens, merges);
    }

    public static List<int> Encode(string text, BpeVocabulary vocabulary)
    {
        var ids = new List<int>();
        string[] parts = vocabulary.SpecialTokens.Count == 0
            ? [text]
            : Regex.Split(text, $"({string.Join('|', vocabulary.SpecialTokens.Select(Regex.Escape))})");
        foreach (string part in parts)
        {
            if (vocabulary.SpecialTokens.Contains(part))
                ids.Add(IdOf(part));
            else
                ids.AddRange(Words(part).SelectMany(word => MergeAll(Spell(word), vocabulary)).Select(IdOf));
        }

        return ids;

        int IdOf(string token) => vocabulary.TryGetId(token, out int id) ? id : throw new KeyNotFoundException(token);
    }

    private static List<string> MergeAll(List<string> symbols, BpeVocabulary vocabulary)
    {
        var ranks = vocabulary.Merges.Select((merge, rank) => (merge, rank)).ToDictionary(entry => entry.merge, entry => entry.rank);
        while (true)
        {
            int best = int.MaxValue;
            for (int i = 0; i + 1 < symbols.Count; i++)
                best = Math.Min(best, ranks.GetValueOrDefault((symbols[i], symbols[i + 1]), int.MaxValue));
            if (best == int.MaxValue)
                return symbols;
            Merge(symbols, vocabulary.Merges[best].Left, vocabulary.Merges[best].Right);
        }
    }

    private static void Merge(List<string> symbols, string left, string right)
    {
        for (int i = 0; i + 1 < symbols.Count; i++)
        {
            if (symbols[i] == left && symbols[i + 1] == right)
            {
                symbols[i] += right;
                symbols.RemoveAt(i + 1);
            }
        }
    }
}
