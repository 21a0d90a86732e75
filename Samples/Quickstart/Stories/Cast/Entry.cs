namespace Tef.Samples.Quickstart.Stories.Cast;

/// <summary>Whatever needs no more than the phrases of its word row; <c>a</c> is made from the noun where the row has none.</summary>
internal sealed class Entry(WordRow words) : IReferent
{
    public string? Refer(string form, Discourse discourse) =>
        form.Length == 0 ? words.Key : words.Find(form) ?? (form == "a" ? English.Indefinite(words.Key) : null);
}
