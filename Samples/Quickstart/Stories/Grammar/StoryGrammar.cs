using Tef.Samples.Quickstart.Stories.Cast;

namespace Tef.Samples.Quickstart.Stories.Grammar;

/// <summary>
/// The rules of a plot. A line at the margin names a rule; the indented lines below are its alternatives. <c>story</c> is the
/// rule to start from; <c>cast</c> is no rule but lists what the plot asks of its cast. Lines with <c>#</c> are comments.
/// </summary>
internal sealed class StoryGrammar
{
    private const string Start = "story";
    private const string Cast = "cast";

    private readonly Dictionary<string, List<IReadOnlyList<StoryPart>>> _rules;

    private StoryGrammar(string name, CastRequest request, Dictionary<string, List<IReadOnlyList<StoryPart>>> rules)
    {
        Name = name;
        Request = request;
        _rules = rules;
    }

    public string Name { get; }

    public CastRequest Request { get; }

    public IReadOnlyList<IReadOnlyList<StoryPart>> this[string rule] => _rules[rule];

    public IReadOnlyList<IReadOnlyList<StoryPart>> StartRule => _rules[Start];

    /// <summary>Reads a plot and the rules that it shares with others.</summary>
    /// <exception cref="FormatException">Names plot, line and what is wrong.</exception>
    public static StoryGrammar Parse(string name, string plot, string common)
    {
        var rules = new Dictionary<string, List<IReadOnlyList<StoryPart>>>();
        var request = new CastRequest();
        Read("common", common, rules, ref request);
        Read(name, plot, rules, ref request);
        var grammar = new StoryGrammar(name, request, rules);
        grammar.Check();
        return grammar;
    }

    private static void Read(string name, string text, Dictionary<string, List<IReadOnlyList<StoryPart>>> rules, ref CastRequest request)
    {
        string? rule = null;
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd();
            try
            {
                if (line.Length == 0 || line[0] == '#')
                    continue;
                if (line[0] != ' ')
                {
                    rule = line;
                    if (rule != Cast)
                        rules[rule] = [];
                }
                else if (rule == Cast)
                {
                    request = request.With(line.Trim());
                }
                else
                {
                    if (rule is null)
                        throw new FormatException("an alternative stands before the first rule");
                    rules[rule].Add(StoryPartParser.Parse(line.Trim()));
                }
            }
            catch (FormatException problem)
            {
                throw new FormatException($"{name}.story, line {i + 1}: {problem.Message}.", problem);
            }
        }
    }

    /// <summary>Every rule that is called exists, and every role has the form that is asked of it.</summary>
    private void Check()
    {
        var random = new StoryRandom(0, 0, 0);
        var cast = new StoryCast(Request, random);
        var discourse = new Discourse(random);
        if (!_rules.ContainsKey(Start))
            throw new FormatException($"{Name}.story: there is no rule '{Start}'.");
        foreach (StoryPart part in _rules.Values.SelectMany(alternatives => alternatives).SelectMany(Flatten))
        {
            if (part is RuleCall call && !_rules.ContainsKey(call.Rule))
                throw new FormatException($"{Name}.story: there is no rule '{call.Rule}'.");
            if (part is Slot slot && cast.Find(slot.Role)?.Refer(slot.Form, discourse) is null)
                throw new FormatException($"{Name}.story: the cast has no [{slot.Role}.{slot.Form}].");
        }
    }

    private static IEnumerable<StoryPart> Flatten(IReadOnlyList<StoryPart> parts) =>
        parts.SelectMany(part => part is Choice choice ? choice.Alternatives.SelectMany(Flatten) : [part]);
}
