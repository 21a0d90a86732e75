namespace Tef.Samples.Quickstart.Stories.Cast;

/// <summary>A place with one hiding spot that the story comes back to.</summary>
internal sealed class Place(WordRow words, string spot) : IReferent
{
    public string Name => words.Key;

    public string? Refer(string form, Discourse discourse) => form switch
    {
        "" => Name,
        "spot" => spot,
        _ => words.Find(form),
    };
}
