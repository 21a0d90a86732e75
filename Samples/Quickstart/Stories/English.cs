namespace Tef.Samples.Quickstart.Stories;

/// <summary>The few rules of English that depend on the word at hand.</summary>
internal static class English
{
    /// <summary>"a" or "an" before a phrase, by its first letter; the word lists hold no exceptions to that rule.</summary>
    public static string Indefinite(string phrase) => ("aeiou".Contains(char.ToLowerInvariant(phrase[0])) ? "an " : "a ") + phrase;

    public static string Capitalize(string phrase) => char.ToUpperInvariant(phrase[0]) + phrase[1..];
}
