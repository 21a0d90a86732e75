using System.Buffers;
using System.Text;
using System.Text.Json;
using Tef.Core.Tracking;

namespace Tef.Core.Reports;

/// <summary>Runs as the JSON that the page draws.</summary>
internal static class ReportData
{
    private const int CurvePoints = 800;
    private const int ShareColumns = 200;

    /// <summary>Writes JSON in which nothing can end a script element: signs of markup are escaped.</summary>
    public static string Write(IReadOnlyList<ReportedRun> runs)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (ReportedRun run in runs)
                WriteRun(writer, run);
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteRun(Utf8JsonWriter writer, ReportedRun run)
    {
        writer.WriteStartObject();
        writer.WriteString("name", run.Name);
        writer.WriteString("folder", run.Folder);
        WriteFacts(writer, "config", run.Configuration);
        WriteFacts(writer, "facts", run.Facts);
        writer.WriteStartObject("curves");
        foreach ((string name, IReadOnlyList<MetricPoint> points) in run.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
        {
            if (!IsShare(name))
                WriteCurve(writer, name, Curve.Of(points, CurvePoints));
        }

        writer.WriteEndObject();
        WriteShares(writer, run, MetricNames.KeptSharePrefix, "kept");
        WriteShares(writer, run, MetricNames.ValidKeptSharePrefix, "validKept");
        WriteSamples(writer, run.Samples);
        writer.WriteStartArray("problems");
        foreach (string problem in run.Problems)
            writer.WriteStringValue(problem);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static bool IsShare(string name) =>
        name.StartsWith(MetricNames.KeptSharePrefix, StringComparison.Ordinal)
        || name.StartsWith(MetricNames.ValidKeptSharePrefix, StringComparison.Ordinal);

    private static void WriteCurve(Utf8JsonWriter writer, string name, Curve curve)
    {
        writer.WriteStartObject(name);
        writer.WriteStartArray("s");
        foreach (long step in curve.Steps)
            writer.WriteNumberValue(step);
        writer.WriteEndArray();
        WriteValues(writer, "v", curve.Means);
        if (curve.Lows is not null && curve.Highs is not null)
        {
            WriteValues(writer, "lo", curve.Lows);
            WriteValues(writer, "hi", curve.Highs);
        }

        writer.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter writer, string name, IEnumerable<double> values)
    {
        writer.WriteStartArray(name);
        foreach (double value in values)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(Math.Round(value, 6 - (int)Math.Clamp(Math.Floor(Math.Log10(Math.Abs(value) + 1e-30)), -9, 5)));
            else
                writer.WriteNullValue();
        }

        writer.WriteEndArray();
    }

    /// <summary>A row for each block that reported shares, over the steps of all of them.</summary>
    private static void WriteShares(Utf8JsonWriter writer, ReportedRun run, string prefix, string name)
    {
        writer.WriteStartArray(name);
        foreach ((string metric, IReadOnlyList<MetricPoint> points) in run.Metrics
            .Where(metric => metric.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(metric => metric.Key.Length).ThenBy(metric => metric.Key, StringComparer.Ordinal))
        {
            Curve curve = Curve.Of(points, ShareColumns);
            writer.WriteStartObject();
            writer.WriteString("block", metric[prefix.Length..]);
            writer.WriteStartArray("s");
            foreach (long step in curve.Steps)
                writer.WriteNumberValue(step);
            writer.WriteEndArray();
            WriteValues(writer, "v", curve.Means);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSamples(Utf8JsonWriter writer, IEnumerable<SampleGroup> groups)
    {
        writer.WriteStartArray("samples");
        foreach (SampleGroup group in groups)
        {
            writer.WriteStartObject();
            if (group.Step is { } step)
                writer.WriteNumber("step", step);
            WriteFacts(writer, "notes", group.Notes);
            writer.WriteStartArray("texts");
            foreach (string text in group.Texts)
                writer.WriteStringValue(text);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFacts(Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, string>> facts)
    {
        writer.WriteStartArray(name);
        foreach ((string fact, string value) in facts)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(fact);
            writer.WriteStringValue(value);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }
}
