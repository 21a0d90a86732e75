namespace Tef.Core.Configuration.Yaml;

/// <summary>Configuration files that build on others: <c>include: [../models/small.yaml]</c>.</summary>
internal static class YamlIncludes
{
    private const string Key = "include";

    /// <summary>Reads a file and lays it over those it includes.</summary>
    /// <returns>Null when there is nothing but blanks and comments.</returns>
    /// <exception cref="FileNotFoundException">The file, or one that it includes, is missing.</exception>
    /// <exception cref="OptionsException">A file is not YAML, or includes itself.</exception>
    public static YamlNode? Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no configuration file '{path}'.", path);
        return Read(path, []);
    }

    private static YamlNode? Read(string path, IReadOnlyList<string> including)
    {
        YamlNode? root = YamlReader.Read(File.ReadAllText(path), path);
        if (root is not YamlMap map || map.Members.FirstOrDefault(member => member.Name == Key) is not { } include)
            return root;
        YamlNode own = map with { Members = [.. map.Members.Where(member => member.Name != Key)] };
        IReadOnlyList<string> files = [.. including, Path.GetFullPath(path)];
        IEnumerable<YamlNode> layers = Names(include.Value).Select(name => ReadIncluded(name, path, files)).OfType<YamlNode>().Append(own);
        return layers.Aggregate(YamlMerge.Merge);
    }

    private static YamlNode? ReadIncluded(YamlScalar name, string path, IReadOnlyList<string> including)
    {
        string file = Path.Combine(Path.GetDirectoryName(path) ?? "", name.Text);
        if (including.Contains(Path.GetFullPath(file)))
            throw new OptionsException(name.Place, Key, $"'{name.Text}' includes itself.");
        return File.Exists(file)
            ? Read(file, including)
            : throw new OptionsException(name.Place, Key, $"there is no configuration file '{file}' to include.");
    }

    private static IEnumerable<YamlScalar> Names(YamlNode value) => value switch
    {
        YamlScalar { Text.Length: > 0 } name => [name],
        YamlList list when list.Items.All(item => item is YamlScalar { Text.Length: > 0 }) => list.Items.Cast<YamlScalar>(),
        _ => throw new OptionsException(value.Place, Key, $"'{Key}' must be the name of a file, or a list of names."),
    };
}
