using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tef.Core.Configuration.Yaml;

/// <summary>Writes JSON as YAML that <see cref="YamlReader"/> reads back: maps as indented lines, lists in brackets.</summary>
internal static class YamlWriter
{
    private static readonly string[] Words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

    public static string Write(string json)
    {
        using var document = JsonDocument.Parse(json);
        var text = new StringBuilder();
        WriteMap(text, document.RootElement, 0);
        return text.ToString();
    }

    private static void WriteMap(StringBuilder text, JsonElement map, int indent)
    {
        foreach (JsonProperty member in map.EnumerateObject())
        {
            text.Append(' ', indent).Append(Text(member.Name)).Append(':');
            if (member.Value.ValueKind == JsonValueKind.Object && member.Value.EnumerateObject().Any())
            {
                text.Append('\n');
                WriteMap(text, member.Value, indent + 2);
            }
            else
            {
                text.Append(' ').Append(Inline(member.Value)).Append('\n');
            }
        }
    }

    private static string Inline(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(", ", value.EnumerateObject().Select(m => $"{Text(m.Name)}: {Inline(m.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Inline))}]",
        JsonValueKind.String => Text(value.GetString()!),
        _ => value.GetRawText(),
    };

    private static string Text(string value)
    {
        if (IsPlain(value))
            return value;
        return value.Any(MustBeEscaped) ? Escaped(value) : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static bool MustBeEscaped(char c) => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\uFEFF';

    private static bool IsPlain(string value) =>
        value.Length > 0 && char.IsAsciiLetter(value[0])
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/')
        && !Words.Contains(value, StringComparer.OrdinalIgnoreCase);

    private static string Escaped(string value)
    {
        var text = new StringBuilder("\"");
        foreach (Rune rune in value.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
                text.Append('\\').Append((char)rune.Value);
            else if (rune.Value is >= ' ' and < 0x7F)
                text.Append((char)rune.Value);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}");
        }

        return text.Append('"').ToString();
    }
}
