namespace Tef.Core.Configuration;

/// <summary>An option of <see cref="TefConfiguration"/>.</summary>
/// <param name="Path">Its name, such as <c>training.batchSize</c>.</param>
/// <param name="Type">What may be given, in words.</param>
/// <param name="Default">What it is when nothing is given, as JSON; empty when it must be given.</param>
/// <param name="Condition">When the option exists, such as <c>kind: budget</c>; empty when always.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Choices">The values to choose from, where there are few.</param>
public sealed record OptionDescription(
    string Path, string Type, string Default, string Condition, string Summary, IReadOnlyList<OptionChoice> Choices);

/// <summary>A value that an option may have.</summary>
/// <param name="Name">The value.</param>
/// <param name="Summary">What it means.</param>
public sealed record OptionChoice(string Name, string Summary);
