namespace Tef.Cli.CommandLine;

/// <summary>A configuration that comes with the program.</summary>
/// <param name="Name">What <c>-c</c> takes, such as <c>tinystories</c> or <c>models/gpt2</c>.</param>
/// <param name="Path">The file.</param>
/// <param name="Summary">Its first comment.</param>
internal sealed record Preset(string Name, string Path, string Summary);

/// <summary>The configurations beside the program, by name.</summary>
internal static class Presets
{
    private static readonly string[] Folders = ["training", "models", "tefs", "generation"];

    private static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "configs");

    /// <summary>All presets: those for training by their bare name, parts of configurations with their folder.</summary>
    public static IReadOnlyList<Preset> All { get; } =
    [
        .. Folders.Select(folder => Path.Combine(Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
            .Select(file => new Preset(NameOf(file), file, SummaryOf(file))),
    ];

    /// <summary>The file of a name: a path, or else a preset.</summary>
    public static string Resolve(string name) =>
        File.Exists(name) ? name : All.FirstOrDefault(preset => preset.Name == name)?.Path ?? throw Missing(name);

    private static FileNotFoundException Missing(string name) => new(
        $"There is no configuration file '{name}' and no preset of that name; presets are {string.Join(", ", All.Select(preset => preset.Name))}.",
        name);

    private static string NameOf(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file), folder = Path.GetFileName(Path.GetDirectoryName(file)!);
        return folder == Folders[0] ? name : $"{folder}/{name}";
    }

    private static string SummaryOf(string file) => File.ReadLines(file).FirstOrDefault()?.TrimStart('#', ' ') ?? "";
}
