using Tef.Core.Configuration;
using Tef.Core.Tracking;

namespace Tef.Core.Training;

/// <summary>The metric by which a run compares weights: what <see cref="TrainingOptions.Monitor"/> may name, and what is better.</summary>
public static class MonitoredMetric
{
    private static readonly string[] s_ofValidations =
        [MetricNames.ValidLoss, MetricNames.ValidPerplexity, MetricNames.ValidBitsPerByte, MetricNames.ValidAccuracy];

    /// <summary>The names to choose from.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. s_ofValidations, MetricNames.TrainLoss, MetricNames.Unlikelihood, MetricNames.GateLoss, MetricNames.GradientNorm,
        MetricNames.TokensPerSecond, MetricNames.NativeBytes, MetricNames.ManagedBytes,
    ];

    /// <summary>Whether high values of a metric are better, by its nature or as the goal says.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="goal">What the user says.</param>
    public static bool HigherIsBetter(string name, MetricGoal goal) => goal switch
    {
        MetricGoal.Min => false,
        MetricGoal.Max => true,
        _ => name is MetricNames.ValidAccuracy or MetricNames.TokensPerSecond,
    };

    /// <summary>Whether a metric is known only after a validation.</summary>
    /// <param name="name">The metric.</param>
    public static bool NeedsValidation(string name) => s_ofValidations.Contains(name);

    /// <summary>Throws unless a metric is known.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="option">The option that names it.</param>
    /// <exception cref="ArgumentException">It is not; the message has the nearest name.</exception>
    public static void Require(string name, string option)
    {
        if (!Names.Contains(name))
            throw new ArgumentException($"{option} is '{name}'; {NearestName.Suggest(name, [.. Names])}", option);
    }

    /// <summary>A metric of a step or of the validation after it.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="progress">The step.</param>
    /// <returns>Null when the step has no such number.</returns>
    public static double? Value(string name, TrainingProgress progress) => Find(TrainingMetrics.From(progress), name);

    /// <summary>A metric of a validation.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="validation">The validation.</param>
    /// <returns>Null when it has no such number.</returns>
    public static double? Value(string name, EvaluationResult validation) => Find(TrainingMetrics.From(validation), name);

    private static double? Find(IReadOnlyList<Metric> metrics, string name)
    {
        foreach (Metric metric in metrics)
        {
            if (metric.Name == name)
                return double.IsNaN(metric.Value) ? null : metric.Value;
        }

        return null;
    }
}
