using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tef.Core.Tracking.Files;

/// <summary>
/// Writes <c>metrics.jsonl</c>, an object a line: <c>step</c>, <c>time</c> (UTC, ISO 8601) and names with values. A value is a
/// number (<c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c> as texts, which JSON has no numbers for), a text, or a histogram
/// with <c>min</c>, <c>max</c>, <c>count</c>, <c>sum</c>, <c>limits</c> (upper ends) and <c>counts</c>.
/// </summary>
/// <param name="time">The clock; the system's when null.</param>
public sealed class JsonLinesTracker(TimeProvider? time = null) : IRunTracker
{
    /// <summary>The file in the run folder.</summary>
    public const string FileName = "metrics.jsonl";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private RowFile? _file;

    /// <inheritdoc />
    public string Name => "jsonl";

    /// <inheritdoc />
    public void Start(TrackedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Func<int, string, bool>? keep = run.ResumedStep is { } resumed ? (_, line) => StepOf(line) is not { } step || step <= resumed : null;
        _file = new RowFile(Path.Combine(run.Folder, FileName), keep);
    }

    /// <inheritdoc />
    public void Scalars(long step, IReadOnlyList<Metric> values) => Append(step, writer =>
    {
        // The last of equal names counts, as it would for a reader.
        foreach (Metric metric in values.Reverse().DistinctBy(metric => metric.Name).Reverse())
        {
            writer.WritePropertyName(metric.Name);
            if (double.IsFinite(metric.Value))
                writer.WriteNumberValue(metric.Value);
            else
                writer.WriteStringValue(double.IsNaN(metric.Value) ? "NaN" : metric.Value > 0 ? "Infinity" : "-Infinity");
        }
    });

    /// <inheritdoc />
    public void Text(long step, string name, string text) => Append(step, writer => writer.WriteString(name, text));

    /// <inheritdoc />
    public void Histogram(long step, string name, ReadOnlySpan<float> values)
    {
        if (Distribution.Of(values) is not { } distribution)
            return;
        Append(step, writer =>
        {
            writer.WriteStartObject(name);
            writer.WriteNumber("min", distribution.Min);
            writer.WriteNumber("max", distribution.Max);
            writer.WriteNumber("count", distribution.Count);
            writer.WriteNumber("sum", distribution.Sum);
            writer.WriteStartArray("limits");
            foreach (double limit in distribution.Limits)
                writer.WriteNumberValue(limit);
            writer.WriteEndArray();
            writer.WriteStartArray("counts");
            foreach (long count in distribution.Counts)
                writer.WriteNumberValue(count);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    /// <inheritdoc />
    public void End(RunOutcome outcome, string? message = null)
    {
    }

    /// <inheritdoc />
    public void Dispose() => _file?.Dispose();

    private void Append(long step, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("step", step);
            writer.WriteString("time", _time.GetUtcNow().UtcDateTime);
            write(writer);
            writer.WriteEndObject();
        }

        (_file ?? throw new InvalidOperationException("The tracker was not started.")).Append(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static long? StepOf(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("step", out JsonElement step) && step.TryGetInt64(out long value) ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
