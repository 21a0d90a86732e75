namespace Tef.Samples.Quickstart.Stories.Cast;

/// <summary>
/// A person or an animal. <c>subject</c>, <c>object</c> and <c>owner</c> are pronouns where those are clear and the name
/// elsewhere; <c>they</c>, <c>them</c>, <c>their</c> and <c>self</c> are pronouns always, for use after the name in a sentence.
/// The word row gives further forms, such as the home or the way of walking.
/// </summary>
internal sealed class Character(string name, Pronouns pronouns, WordRow words, string? adjective = null, string? trait = null) : IReferent
{
    public string Name => name;

    public Pronouns Pronouns => pronouns;

    public string Kind => words.Key;

    public string? Refer(string form, Discourse discourse)
    {
        string? phrase = form switch
        {
            "" => name,
            "subject" => IsPronoun(discourse) ? pronouns.Subject : name,
            "object" => IsPronoun(discourse) ? pronouns.Object : name,
            "owner" => IsPronoun(discourse) ? pronouns.Possessive : name + "'s",
            "they" => pronouns.Subject,
            "them" => pronouns.Object,
            "their" => pronouns.Possessive,
            "self" => pronouns.Reflexive,
            "a" => English.Indefinite(adjective is null ? Kind : $"{adjective} {Kind}"),
            _ => null,
        };
        if (phrase is not null)
        {
            discourse.Mention(this);
            return phrase;
        }

        return form == "trait" ? trait : words.Find(form);
    }

    private bool IsPronoun(Discourse discourse) => discourse.IsClear(this) && discourse.Random.Chance(85);
}
