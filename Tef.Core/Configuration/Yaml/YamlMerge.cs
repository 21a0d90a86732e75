namespace Tef.Core.Configuration.Yaml;

/// <summary>Lays one configuration over another.</summary>
internal static class YamlMerge
{
    /// <summary>Members that say which of several shapes a map has.</summary>
    private static readonly string[] Discriminators = ["family", "kind"];

    /// <summary>
    /// Maps are merged member by member; everything else is replaced, and so are maps of another kind, whose members would not
    /// fit.
    /// </summary>
    public static YamlNode Merge(YamlNode below, YamlNode above)
    {
        if (below is not YamlMap map || above is not YamlMap changes || AreOfDifferentKinds(map, changes))
            return above;
        foreach (YamlMember change in changes.Members)
        {
            YamlNode value = map.Find(change.Name) is { } old ? Merge(old, change.Value) : change.Value;
            map = map.With(change with { Value = value });
        }

        return map with { Place = changes.Place };
    }

    private static bool AreOfDifferentKinds(YamlMap below, YamlMap above) => Discriminators.Any(name =>
        below.Find(name) is YamlScalar old && above.Find(name) is YamlScalar changed && old.Text != changed.Text);
}
