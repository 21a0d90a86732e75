using System.Text.Json.Serialization;

namespace Tef.Core.Training;

/// <summary>Which values of a metric are better.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MetricGoal>))]
public enum MetricGoal
{
    /// <summary>What the metric says itself: high for accuracy, speed and kept share, low for all others.</summary>
    Auto,

    /// <summary>Low ones.</summary>
    Min,

    /// <summary>High ones.</summary>
    Max,
}
