using System.CommandLine;

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
        T[] allowed = values.Length > 0 ? values : Enum.GetValues<T>();
        Option<T> option = new(name)
        {
            Description = $"{description} {string.Join(", ", allowed)}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => otherwise,
            CustomParser = result =>
            {
                string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                foreach (T value in allowed)
                {
                    if (value.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
                        return value;
                }

                result.AddError($"{name} must be one of {string.Join(", ", allowed)}, but is '{text}'.");
                return otherwise;
            },
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. allowed.Select(value => value.ToString())]);
        return option;
    }
}
