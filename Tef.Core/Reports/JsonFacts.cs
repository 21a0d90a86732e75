using System.Text.Json;

namespace Tef.Core.Reports;

/// <summary>JSON of any shape as names and values.</summary>
internal static class JsonFacts
{
    /// <summary>Lists the leaves of an element by their paths; lists are leaves.</summary>
    public static List<KeyValuePair<string, string>> Flatten(JsonElement element)
    {
        var facts = new List<KeyValuePair<string, string>>();
        Add(element, "");
        return facts;

        void Add(JsonElement value, string path)
        {
            if (value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty member in value.EnumerateObject())
                    Add(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}");
            }
            else
            {
                facts.Add(KeyValuePair.Create(path, Display(value)));
            }
        }
    }

    private static string Display(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "null",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Display))}]",
        _ => value.GetRawText(),
    };
}
