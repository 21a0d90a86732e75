using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tef.Cli.CommandLine;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print JSON for programs; lines for people go to the error stream." };

    public static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    /// <summary>One of a few values, by name in any letter case.</summary>
    public static Option<T> Choice<T>(string name, string description, T otherwise, params T[] values)
        where T : struct, Enum
    {
        Option<T> option = new(name) { DefaultValueFactory = _ => otherwise };
        T[] allowed = values.Length > 0 ? values : Enum.GetValues<T>();
        option.Description = $"{description} {string.Join(", ", allowed)}.";
        option.CustomParser = result => Parse(name, result, allowed) ?? otherwise;
        Complete(option, allowed);
        return option;
    }

    /// <summary>The same for a value that something else says when it is not given.</summary>
    public static Option<T?> OptionalChoice<T>(string name, string description, T usual)
        where T : struct, Enum
    {
        Option<T?> option = new(name);
        T[] allowed = Enum.GetValues<T>();
        option.Description = $"{description} {string.Join(", ", allowed)}. [default: {usual}]";
        option.CustomParser = result => Parse(name, result, allowed);
        Complete(option, allowed);
        return option;
    }

    private static T? Parse<T>(string name, ArgumentResult result, T[] allowed)
        where T : struct, Enum
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        foreach (T value in allowed)
        {
            if (value.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        result.AddError($"{name} must be one of {string.Join(", ", allowed)}, but is '{text}'.");
        return null;
    }

    private static void Complete<T>(Option option, T[] allowed)
        where T : struct, Enum
    {
        option.HelpName = "NAME";
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. allowed.Select(value => value.ToString())]);
    }
}
