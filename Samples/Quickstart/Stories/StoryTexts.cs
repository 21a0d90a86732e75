using System.Reflection;

namespace Tef.Samples.Quickstart.Stories;

/// <summary>The word lists and plots, which are compiled into the program.</summary>
internal static class StoryTexts
{
    private static readonly Assembly Home = typeof(StoryTexts).Assembly;

    /// <summary>Names of the plots, in alphabetical order.</summary>
    public static IReadOnlyList<string> Plots { get; } =
    [
        .. Home.GetManifestResourceNames()
            .Where(name => name.EndsWith(".story", StringComparison.Ordinal))
            .Select(name => name[..^".story".Length])
            .Where(name => name != "common")
            .Order(StringComparer.Ordinal)
    ];

    public static WordTable Words(string name) => WordTable.Parse($"{name}.table", Read($"{name}.table"));

    public static string Plot(string name) => Read($"{name}.story");

    private static string Read(string name)
    {
        using Stream stream = Home.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"There is no embedded text '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
