namespace Tef.Samples.Quickstart.Stories.Cast;

/// <summary>Everybody and everything in one story, by the role that plots call them by.</summary>
internal sealed class StoryCast
{
    private static readonly Dictionary<string, WordTable> Tables =
        new[]
        {
            "names", "kinds", "elders", "workers", "traits", "colours", "materials", "things", "places", "dishes", "pets", "fears",
            "games", "noises", "crops",
        }.ToDictionary(name => name, StoryTexts.Words);

    private readonly Dictionary<string, IReferent> _roles;

    /// <summary>Chooses a cast. Names, kinds and places of one story differ from each other.</summary>
    public StoryCast(CastRequest request, StoryRandom random)
    {
        Character hero = Animal(random, null);
        Place place = Somewhere(random, request.Outdoors, null);
        _roles = new Dictionary<string, IReferent>
        {
            ["hero"] = hero,
            ["friend"] = Animal(random, hero),
            ["elder"] = Elder(random),
            ["worker"] = Worker(random),
            ["thing"] = Thing(random, request.ThingTag),
            ["place"] = place,
            ["far"] = Somewhere(random, true, place),
            ["dish"] = Entry(random, "dishes"),
            ["pet"] = Entry(random, "pets"),
            ["fear"] = Entry(random, "fears"),
            ["game"] = Entry(random, "games"),
            ["noise"] = Entry(random, "noises"),
            ["crop"] = Entry(random, "crops"),
        };
    }

    public IEnumerable<Character> Characters => _roles.Values.OfType<Character>();

    public IReferent? Find(string role) => _roles.GetValueOrDefault(role);

    private static WordRow Row(StoryRandom random, string table) => random.Pick(Tables[table].Rows);

    private static Entry Entry(StoryRandom random, string table) => new(Row(random, table));

    private static Character Animal(StoryRandom random, Character? other)
    {
        WordRow kind;
        string name;
        Pronouns pronouns;
        do
        {
            kind = Row(random, "kinds");
            pronouns = kind.Key switch
            {
                "girl" => Pronouns.She,
                "boy" => Pronouns.He,
                _ => Either(random),
            };
            name = Row(random, "names")[pronouns.Subject];
        }
        while (kind.Key == other?.Kind || name == other?.Name);
        return new Character(name, pronouns, kind, random.Pick(kind.List("adjectives")), Row(random, "traits").Key);
    }

    private static Pronouns Either(StoryRandom random) => random.Chance(50) ? Pronouns.She : Pronouns.He;

    private static Character Elder(StoryRandom random)
    {
        WordRow row = Row(random, "elders");
        return new Character(row["name"], Pronouns.Of(row["pronoun"]), row);
    }

    private static Character Worker(StoryRandom random)
    {
        WordRow row = Row(random, "workers");
        return new Character($"the {row.Key}", Either(random), row);
    }

    private static Place Somewhere(StoryRandom random, bool outdoors, Place? other)
    {
        WordRow row;
        do
        {
            row = Row(random, "places");
        }
        while ((outdoors && row["outdoors"] != "yes") || row.Key == other?.Name);
        return new Place(row, random.Pick(row.List("spots")));
    }

    private static Thing Thing(StoryRandom random, string? tag)
    {
        WordRow row;
        do
        {
            row = Row(random, "things");
        }
        while (tag is not null && !row["tags"].Split(' ').Contains(tag));
        WordRow material = Tables["materials"].Rows.Single(candidate => candidate.Key == row["material"]);
        string adjective = random.Pick(row.List("adjectives"));
        return new Thing(row, material, adjective == "colour" ? Row(random, "colours").Key : adjective);
    }
}
