namespace Tef.Samples.Quickstart.Stories.Grammar;

/// <summary>A piece of a grammar rule.</summary>
internal abstract record StoryPart;

/// <summary>Words as they stand.</summary>
internal sealed record Words(string Text) : StoryPart;

/// <summary>The end of a paragraph, written <c>//</c>.</summary>
internal sealed record ParagraphEnd : StoryPart;

/// <summary>One of several alternatives, written <c>{one|another}</c>.</summary>
internal sealed record Choice(IReadOnlyList<IReadOnlyList<StoryPart>> Alternatives) : StoryPart;

/// <summary>One alternative of a rule, written <c>&lt;rule&gt;</c>.</summary>
internal sealed record RuleCall(string Rule) : StoryPart;

/// <summary>A role of the cast in some form, written <c>[role.form]</c>; a capital in the last word capitalizes the result.</summary>
internal sealed record Slot(string Role, string Form, bool Capital) : StoryPart;
