namespace Tef.Core.Configuration.Yaml;

/// <summary>A value of a YAML file, and where it begins.</summary>
internal abstract record YamlNode(OptionPlace Place);

/// <param name="Place">Where it begins.</param>
/// <param name="Text">The text without quotes.</param>
/// <param name="IsPlain">Whether it had no quotes, so that it may be a number, a truth value or nothing.</param>
internal sealed record YamlScalar(OptionPlace Place, string Text, bool IsPlain) : YamlNode(Place);

internal sealed record YamlList(OptionPlace Place, IReadOnlyList<YamlNode> Items) : YamlNode(Place);

internal sealed record YamlMap(OptionPlace Place, IReadOnlyList<YamlMember> Members) : YamlNode(Place)
{
    public YamlNode? Find(string name) => Members.FirstOrDefault(member => member.Name == name)?.Value;

    /// <summary>The same with one member set: in its place when it is there, at the end otherwise.</summary>
    public YamlMap With(YamlMember member) => this with
    {
        Members = Find(member.Name) is null
            ? [.. Members, member]
            : [.. Members.Select(old => old.Name == member.Name ? member : old)],
    };
}

internal sealed record YamlMember(OptionPlace Place, string Name, YamlNode Value);
