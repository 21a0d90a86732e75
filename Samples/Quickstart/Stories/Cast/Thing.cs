namespace Tef.Samples.Quickstart.Stories.Cast;

/// <summary>An object, one or many, with an adjective that it keeps through the story and a mender who knows its material.</summary>
internal sealed class Thing(WordRow words, WordRow material, string adjective) : IReferent
{
    public bool IsMany { get; } = words["number"] == "many";

    public string Noun => words.Key;

    public string Adjective => adjective;

    public string? Refer(string form, Discourse discourse) => form switch
    {
        "" => Noun,
        "a" => IsMany ? $"some {adjective} {Noun}" : English.Indefinite($"{adjective} {Noun}"),
        "the" => discourse.Random.Chance(35) ? $"the {adjective} {Noun}" : $"the {Noun}",
        "adjective" => adjective,
        "it" => IsMany ? "they" : "it",
        "them" => IsMany ? "them" : "it",
        "its" => IsMany ? "their" : "its",
        "this" => IsMany ? $"these {Noun}" : $"this {Noun}",
        "was" => IsMany ? "were" : "was",
        "is" => IsMany ? "are" : "is",
        "has" => IsMany ? "have" : "has",
        "cost" => IsMany ? "cost" : "costs",
        "material" => words["material"],
        _ => material.Find(form),
    };
}
