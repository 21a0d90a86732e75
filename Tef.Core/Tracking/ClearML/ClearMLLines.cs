using System.Globalization;
using System.Text.Json.Nodes;
using Tef.Core.Configuration;

namespace Tef.Core.Tracking.ClearML;

/// <summary>The lines of an <see cref="Outbox"/>: a start, events as ClearML shapes them, and the end.</summary>
internal static class ClearMLLines
{
    public static JsonObject Start(ClearMLSettings settings, TrackedRun run)
    {
        var parameters = new JsonArray();
        foreach ((string section, JsonNode? options) in JsonNode.Parse(OptionsJson.Write(run.Configuration))!.AsObject())
            AddParameters(parameters, section, "", options);
        foreach ((string name, string value) in run.Machine)
            parameters.Add((JsonNode)Parameter("machine", name, value));
        return new JsonObject
        {
            ["start"] = new JsonObject
            {
                ["task"] = settings.Task ?? run.Name,
                ["project"] = settings.Project,
                ["parameters"] = parameters,
                ["configuration"] = new JsonArray(new JsonObject
                {
                    ["name"] = "configuration",
                    ["type"] = "yaml",
                    ["value"] = ConfigurationFiles.Write(run.Configuration),
                }),
            },
        };
    }

    /// <summary>A plot has a title and lines; losses of training and validation share one, as the shares of blocks do.</summary>
    public static JsonObject Scalar(long timestamp, long step, Metric metric)
    {
        (string metricName, string variant) = Split(metric.Name);
        return metricName is "train" or "valid"
            ? Event("training_stats_scalar", timestamp, step, variant, metricName, "value", metric.Value)
            : Event("training_stats_scalar", timestamp, step, metricName, variant, "value", metric.Value);
    }

    public static JsonObject Histogram(long timestamp, long step, string name, Distribution distribution)
    {
        (string metric, string variant) = Split(name);
        double[] starts = [distribution.Min, .. distribution.Limits[..^1]];
        var plot = new JsonObject
        {
            ["data"] = new JsonArray(new JsonObject
            {
                ["type"] = "bar",
                ["name"] = variant,
                ["x"] = new JsonArray([.. starts.Select((start, i) => (JsonNode)((start + distribution.Limits[i]) / 2))]),
                ["y"] = new JsonArray([.. distribution.Counts.Select(count => (JsonNode)count)]),
            }),
            ["layout"] = new JsonObject { ["title"] = name, ["bargap"] = 0 },
        };
        return Event("plot", timestamp, step, metric, variant, "plot_str", plot.ToJsonString());
    }

    public static JsonObject Log(long timestamp, string level, string message) => new()
    {
        ["event"] = new JsonObject
        {
            ["type"] = "log",
            ["timestamp"] = timestamp,
            ["level"] = level,
            ["worker"] = Environment.MachineName,
            ["msg"] = message,
        },
    };

    public static JsonObject End(RunOutcome outcome, string? message) => new()
    {
        ["call"] = outcome switch
        {
            RunOutcome.Completed => "tasks.completed",
            RunOutcome.Cancelled => "tasks.stopped",
            _ => "tasks.failed",
        },
        ["body"] = new JsonObject { ["force"] = true, ["status_reason"] = outcome.ToString(), ["status_message"] = message ?? "" },
    };

    private static JsonObject Event(
        string type, long timestamp, long step, string metric, string variant, string valueName, JsonNode value) => new()
        {
            ["event"] = new JsonObject
            {
                ["type"] = type,
                ["timestamp"] = timestamp,
                ["iter"] = step,
                ["metric"] = metric,
                ["variant"] = variant,
                [valueName] = value,
            },
        };

    private static (string Metric, string Variant) Split(string name)
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (name, name) : (name[..slash], name[(slash + 1)..]);
    }

    private static void AddParameters(JsonArray parameters, string section, string path, JsonNode? value)
    {
        if (value is not JsonObject options)
        {
            parameters.Add((JsonNode)Parameter(section, path.Length == 0 ? section : path, Display(value)));
            return;
        }

        foreach ((string name, JsonNode? inner) in options)
            AddParameters(parameters, section, path.Length == 0 ? name : $"{path}.{name}", inner);
    }

    private static string Display(JsonNode? value) => value switch
    {
        null => "",
        JsonValue one when one.TryGetValue(out double number) => number.ToString("R", CultureInfo.InvariantCulture),
        JsonValue one => one.ToString(),
        _ => value.ToJsonString(),
    };

    private static JsonObject Parameter(string section, string name, string value) =>
        new() { ["section"] = section, ["name"] = name, ["value"] = value };
}
