using System.Text.Json.Serialization;

namespace Tef.Core.Configuration;

/// <summary>Where the course of a run is told.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrackerKind>))]
public enum TrackerKind
{
    /// <summary>Event files for TensorBoard, in the folder <c>tensorboard</c> of the run.</summary>
    TensorBoard,

    /// <summary>Numbers as a table, <c>metrics.csv</c>.</summary>
    Csv,

    /// <summary>Numbers, texts and histograms as a JSON object a line, <c>metrics.jsonl</c>.</summary>
    Jsonl,

    /// <summary>Numbers as lines on the console.</summary>
    Console,

    /// <summary>A task of a ClearML server.</summary>
    ClearML,
}

/// <summary>Which trackers follow a run, and how closely.</summary>
public sealed record TrackingSettings
{
    /// <summary>The trackers, each at most once.</summary>
    public IReadOnlyList<TrackerKind> Trackers { get; init; } = [TrackerKind.TensorBoard, TrackerKind.Csv, TrackerKind.Jsonl];

    /// <summary>Steps between reports of the training numbers; a validation is always reported.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>Steps between lines on the console.</summary>
    public int ConsoleInterval { get; init; } = 50;

    /// <summary>The ClearML server.</summary>
    [JsonPropertyName("clearml")]
    public ClearMLSettings ClearML { get; init; } = new();

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        OptionGuard.AtLeast(Interval, 1);
        OptionGuard.AtLeast(ConsoleInterval, 1);
        foreach (IGrouping<TrackerKind, TrackerKind> same in Trackers.GroupBy(kind => kind).Where(same => same.Count() > 1))
            throw new ArgumentException($"Trackers must name each tracker once, but {same.Key} is given {same.Count()} times.", nameof(Trackers));
        ClearML.Validate();
    }
}
