using System.Text;
using System.Text.Json;
using Tef.Core.Configuration;
using Tef.Core.Configuration.Yaml;
using Tef.Core.Tracking.Files;

namespace Tef.Core.Reports;

/// <summary>
/// Reads a run folder: <c>metrics.jsonl</c>, and <c>config.yaml</c>, <c>run.json</c> and <c>generated.txt</c> where they are. A run
/// that is still going, or was cut off, can be read; what is damaged is left out and told.
/// </summary>
internal sealed class RunReader
{
    private readonly string _folder;
    private readonly List<string> _problems = [];

    private RunReader(string folder) => _folder = folder;

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder has no metrics.</exception>
    public static ReportedRun Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no run folder '{folder}'.");
        var reader = new RunReader(folder);
        return new ReportedRun
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            Folder = folder,
            Metrics = reader.ReadMetrics(),
            Configuration = reader.ReadConfiguration(),
            Facts = reader.ReadFacts(),
            Samples = reader.ReadSamples(),
            Problems = reader._problems,
        };
    }

    private Dictionary<string, IReadOnlyList<MetricPoint>> ReadMetrics()
    {
        if (Find(JsonLinesTracker.FileName) is not { } path)
        {
            throw new FileNotFoundException(
                $"The folder '{_folder}' has no {JsonLinesTracker.FileName}; is it a run folder, and was the run tracked by 'jsonl'?");
        }

        var metrics = new Dictionary<string, SortedDictionary<long, double>>(StringComparer.Ordinal);
        var damaged = new List<int>();
        int number = 0;
        foreach (string line in ReadLines(path))
        {
            number++;
            if (line.Length > 0 && !AddLine(line))
                damaged.Add(number);
        }

        if (damaged.Count > 0)
        {
            string lines = string.Join(", ", damaged.Take(5)) + (damaged.Count > 5 ? ", …" : "");
            _problems.Add($"{path}: {damaged.Count} lines are no JSON objects with a step and were left out: {lines}.");
        }

        return metrics.ToDictionary(
            metric => metric.Key,
            metric => (IReadOnlyList<MetricPoint>)[.. metric.Value.Select(point => new MetricPoint(point.Key, point.Value))],
            StringComparer.Ordinal);

        bool AddLine(string line)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                JsonElement root = document.RootElement;
                if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("step", out JsonElement at) || !at.TryGetInt64(out long step))
                    return false;
                foreach (JsonProperty member in root.EnumerateObject().Where(member => member.Name is not ("step" or "time")))
                {
                    if (Number(member.Value) is not { } value)
                        continue;
                    if (!metrics.TryGetValue(member.Name, out SortedDictionary<long, double>? points))
                        metrics[member.Name] = points = [];

                    // What was reported again, after a resume, counts.
                    points[step] = value;
                }

                return true;
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                return false;
            }
        }
    }

    private IReadOnlyList<KeyValuePair<string, string>> ReadConfiguration() => Guarded("config.yaml", text =>
    {
        if (YamlReader.Read(text, "config.yaml") is not { } root)
            return [];
        using JsonDocument document = JsonDocument.Parse(YamlJson.Convert(root).Json);
        return JsonFacts.Flatten(document.RootElement);
    });

    private IReadOnlyList<KeyValuePair<string, string>> ReadFacts() => Guarded("run.json", text =>
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return JsonFacts.Flatten(document.RootElement);
    });

    /// <summary>Objects one after the other, or else plain text as one sample.</summary>
    private IReadOnlyList<SampleGroup> ReadSamples()
    {
        if (Find("generated.txt") is not { } path)
            return [];
        byte[] bytes = Encoding.UTF8.GetBytes(string.Join('\n', ReadLines(path)));
        var groups = new List<SampleGroup>();
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                using JsonDocument document = JsonDocument.ParseValue(ref reader);
                groups.Add(ReadGroup(document.RootElement));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            if (groups.Count == 0)
                return bytes.Length == 0 ? [] : [new SampleGroup(null, [], [Encoding.UTF8.GetString(bytes)])];
            _problems.Add($"{path}: after {groups.Count} samples there is no JSON object; the rest was left out.");
        }

        return groups;
    }

    private static SampleGroup ReadGroup(JsonElement group)
    {
        if (group.ValueKind != JsonValueKind.Object)
            return new SampleGroup(null, [], [group.ToString()]);
        long? step = null;
        var notes = new List<KeyValuePair<string, string>>();
        var texts = new List<string>();
        foreach (JsonProperty member in group.EnumerateObject())
        {
            if (member.Name is "Global step" or "step" && member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt64(out long at))
                step = at;
            else if (member.Name is "Generated samples" or "samples" && member.Value.ValueKind == JsonValueKind.Array)
                texts.AddRange(member.Value.EnumerateArray().Select(text => text.ToString()));
            else if (member.Value.ValueKind == JsonValueKind.Object)
                notes.AddRange(JsonFacts.Flatten(member.Value));
            else
                notes.Add(KeyValuePair.Create(member.Name, member.Value.ToString()));
        }

        return new SampleGroup(step, notes, texts);
    }

    private IReadOnlyList<KeyValuePair<string, string>> Guarded(
        string name, Func<string, IReadOnlyList<KeyValuePair<string, string>>> read)
    {
        if (Find(name) is not { } path)
            return [];
        try
        {
            return read(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is JsonException or OptionsException)
        {
            _problems.Add($"{path} was left out: {exception.Message}");
            return [];
        }
    }

    private string? Find(string name)
    {
        string path = Path.Combine(_folder, name);
        return File.Exists(path) ? path : null;
    }

    /// <summary>A run may be writing meanwhile.</summary>
    private static IEnumerable<string> ReadLines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => null,
        },
        _ => null,
    };
}
