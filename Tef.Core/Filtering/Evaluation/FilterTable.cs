using Tef.Core.Data;
using Tef.Core.Models;

namespace Tef.Core.Filtering;

/// <summary>
/// Perplexity against the share of tokens kept, and what it saves, for some models under some rules: the table by which a token
/// filter is judged, beside a dense model and a shallower dense one of equal compute.
/// </summary>
/// <param name="Rows">The rows, model by model.</param>
public sealed record FilterTable(IReadOnlyList<FilterTableRow> Rows)
{
    /// <summary>Measures models on a text.</summary>
    /// <param name="backend">The backend of the models.</param>
    /// <param name="models">The models by name; those without token filters get one row.</param>
    /// <param name="text">The text; speed is measured on its beginning.</param>
    /// <param name="options">Rules and measurements; defaults when null.</param>
    /// <param name="progress">Told about every finished row.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the text is too short.</exception>
    public static FilterTable Measure(
        ILanguageModelBackend backend,
        IReadOnlyList<NamedModel> models,
        ITokenSource text,
        FilterTableOptions? options = null,
        IProgress<FilterTableRow>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(text);
        options ??= new FilterTableOptions();
        options.Validate();
        var rows = new List<FilterTableRow>();
        foreach (var model in models)
        {
            var measurement = new FilterMeasurement(backend, model, text, options, cancellation);
            foreach (var row in measurement.Rows())
            {
                rows.Add(row);
                progress?.Report(row);
            }
        }
        return new FilterTable(rows);
    }

    /// <summary>A table in Markdown.</summary>
    public string ToMarkdown() => FilterTableText.Markdown(this);

    /// <summary>Comma-separated values with a header, numbers in full; empty where there is none.</summary>
    public string ToCsv() => FilterTableText.Csv(this);

    /// <summary>A JSON array with an object per row.</summary>
    public string ToJson() => FilterTableText.Json(this);
}

/// <summary>A model and what tables call it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Model">The model.</param>
public sealed record NamedModel(string Name, ILanguageModel Model);
