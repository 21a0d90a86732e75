using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tef.Core.Filtering;

/// <summary>Tables as Markdown, CSV and JSON.</summary>
internal static class FilterTableText
{
    public static string Markdown(FilterTable table)
    {
        var columns = new (string Head, Func<FilterTableRow, string> Cell)[]
        {
            ("model", row => row.Model.Replace("|", "\\|", StringComparison.Ordinal)),
            ("rule", row => row.Rule),
            ("parameters", row => string.Create(CultureInfo.InvariantCulture, $"{row.Parameters:N0}")),
            ("loss", row => Number(row.Loss, "F4")),
            ("perplexity", row => Number(row.Perplexity, "F3")),
            ("bits per byte", row => Number(row.BitsPerByte, "F4")),
            ("kept per block", row => string.Join(" ", row.KeptShare.Select(share => Number(share, "0.##")))),
            ("mean tokens kept", row => Number(row.MeanKept, "F1")),
            ("training tokens/s", row => Number(row.TrainingSpeed, "F0")),
            ("prefill tokens/s", row => Number(row.PrefillSpeed, "F0")),
            ("decoding tokens/s", row => Number(row.DecodingSpeed, "F0")),
            ("KV cache bytes", row => row.CacheBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes:N0}") : "–"),
        };
        // A column that no row fills says nothing.
        columns = [.. columns.Where(column => table.Rows.Any(row => column.Cell(row) != "–"))];
        var text = new StringBuilder();
        text.Append("| ").AppendJoin(" | ", columns.Select(column => column.Head)).Append(" |\n");
        text.Append('|').Append(string.Concat(columns.Select((_, i) => i < 2 ? "---|" : "---:|"))).Append('\n');
        foreach (var row in table.Rows)
            text.Append("| ").AppendJoin(" | ", columns.Select(column => column.Cell(row))).Append(" |\n");
        return text.ToString();
    }

    public static string Csv(FilterTable table)
    {
        var text = new StringBuilder(
            "model,rule,parameters,loss,perplexity,bits_per_byte,kept_share,mean_kept,training_tokens_per_s,prefill_tokens_per_s,"
            + "decoding_tokens_per_s,cache_bytes\n");
        foreach (var row in table.Rows)
        {
            text.Append(Quoted(row.Model)).Append(',').Append(Quoted(row.Rule)).Append(',')
                .AppendJoin(
                    ',', Value(row.Parameters), Value(row.Loss), Value(row.Perplexity), Value(row.BitsPerByte),
                    string.Join(' ', row.KeptShare.Select(share => Value(share))), Value(row.MeanKept), Value(row.TrainingSpeed),
                    Value(row.PrefillSpeed), Value(row.DecodingSpeed), Value(row.CacheBytes))
                .Append('\n');
        }
        return text.ToString();
    }

    public static string Json(FilterTable table) =>
        JsonSerializer.Serialize(table.Rows.ToArray(), FilterTableJsonContext.Default.FilterTableRowArray) + "\n";

    private static string Number(double? value, string format) =>
        value is { } number && double.IsFinite(number) ? number.ToString(format, CultureInfo.InvariantCulture) : "–";

    private static string Value(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Quoted(string value) => value.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? value
        : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>The shape of a table, known at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(FilterTableRow[]))]
[JsonSerializable(typeof(FilterInspection))]
internal sealed partial class FilterTableJsonContext : JsonSerializerContext;
