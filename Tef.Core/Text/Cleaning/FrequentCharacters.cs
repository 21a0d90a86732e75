using System.Text;

namespace Tef.Core.Text.Cleaning;

/// <summary>Counts the characters of a corpus.</summary>
internal static class FrequentCharacters
{
    /// <summary>The characters that come at least so often, in the order of their code points; blanks always.</summary>
    public static string Find(IEnumerable<string> texts, int minCount, CancellationToken cancellation)
    {
        var counts = new Dictionary<Rune, long>();
        foreach (string text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Rune rune in text.EnumerateRunes())
                counts[rune] = counts.GetValueOrDefault(rune) + 1;
        }

        var result = new StringBuilder();
        foreach (Rune rune in counts.Where(item => item.Value >= minCount || Rune.IsWhiteSpace(item.Key)).Select(item => item.Key).Order())
            result.Append(rune);
        return result.ToString();
    }
}
