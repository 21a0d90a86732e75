using System.Reflection;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using System.Xml;
using System.Xml.Linq;

namespace Tef.Core.Configuration;

/// <summary>The XML documentation of an assembly, as plain text.</summary>
internal sealed class MemberDocumentation
{
    private readonly Dictionary<string, XElement> _members;

    private MemberDocumentation(Dictionary<string, XElement> members) => _members = members;

    /// <summary>Reads the file beside an assembly; without one every summary is empty.</summary>
    public static MemberDocumentation Load(Assembly assembly)
    {
        string path = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        try
        {
            return new MemberDocumentation(File.Exists(path)
                ? XDocument.Load(path).Descendants("member").DistinctBy(NameOf).ToDictionary(NameOf)
                : []);
        }
        catch (XmlException)
        {
            return new MemberDocumentation([]);
        }

        static string NameOf(XElement member) => (string?)member.Attribute("name") ?? "";
    }

    public string OfType(Type type) => Summary($"T:{type.FullName}");

    public string OfValue(Type type, string name) => Summary($"F:{type.FullName}.{name}");

    /// <summary>The summary of a property, or of the parameter of a record that it comes from.</summary>
    public string OfMember(JsonPropertyInfo member, Type owner)
    {
        string name = (member.AttributeProvider as MemberInfo)?.Name ?? char.ToUpperInvariant(member.Name[0]) + member.Name[1..];
        for (Type? type = owner; type is not null; type = type.BaseType)
        {
            string summary = Summary($"P:{type.FullName}.{name}");
            if (summary.Length == 0 && _members.TryGetValue($"T:{type.FullName}", out XElement? record))
                summary = Plain(record.Elements("param").FirstOrDefault(parameter => (string?)parameter.Attribute("name") == name));
            if (summary.Length > 0)
                return summary;
        }

        return "";
    }

    private string Summary(string name) => Plain(_members.GetValueOrDefault(name)?.Element("summary"));

    private static string Plain(XElement? element)
    {
        if (element is null)
            return "";
        var text = new StringBuilder();
        Append(text, element);
        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static void Append(StringBuilder text, XElement element)
    {
        foreach (XNode node in element.Nodes())
        {
            if (node is XText words)
                text.Append(words.Value);
            else if (node is XElement inner && ((string?)inner.Attribute("cref") ?? (string?)inner.Attribute("name")) is { } reference)
                text.Append(Last(reference));
            else if (node is XElement other)
                Append(text, other);
        }
    }

    private static string Last(string reference)
    {
        string bare = reference.Split('(')[0];
        return bare[(bare.LastIndexOfAny([':', '.']) + 1)..];
    }
}
