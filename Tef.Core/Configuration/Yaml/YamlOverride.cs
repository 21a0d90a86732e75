namespace Tef.Core.Configuration.Yaml;

/// <summary>An option that is set on the command line, <c>a.b=c</c>.</summary>
internal static class YamlOverride
{
    /// <summary>Reads an override as the configuration that has this one option.</summary>
    /// <param name="text">
    /// A path, an equals sign and a value. Values that begin with a quote, a bracket or a brace are YAML, others are taken as they
    /// are.
    /// </param>
    /// <exception cref="OptionsException">There is no path or no equals sign, or the value is not YAML.</exception>
    public static YamlNode Read(string text)
    {
        string source = $"--set {text}";
        var place = new OptionPlace(source, 0, 0);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string[] path = equals < 0 ? [] : text[..equals].Split('.');
        if (path.Length == 0 || path.Any(string.IsNullOrWhiteSpace))
            throw new OptionsException(place, "", "an override has the form name.name=value.");
        string value = text[(equals + 1)..].Trim();
        YamlNode node = value.Length > 0 && "\"'[{".Contains(value[0], StringComparison.Ordinal)
            ? YamlReader.Read(value, source, hasLines: false)!
            : new YamlScalar(place, value, IsPlain: true);
        foreach (string name in path.Reverse())
            node = new YamlMap(place, [new YamlMember(place, name.Trim(), node)]);
        return node;
    }
}
