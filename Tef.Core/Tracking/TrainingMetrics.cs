using Tef.Core.Training;

namespace Tef.Core.Tracking;

/// <summary>The numbers of a training step under their <see cref="MetricNames"/>.</summary>
public static class TrainingMetrics
{
    /// <summary>Names the numbers of a step and, when one was made, of its validation.</summary>
    /// <param name="progress">Where the run stands.</param>
    public static IReadOnlyList<Metric> From(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var metrics = new List<Metric>
        {
            new(MetricNames.TrainLoss, progress.Loss),
            new(MetricNames.LearningRate, progress.LearningRate),
            new(MetricNames.TokensSeen, progress.TokensSeen),
            new(MetricNames.Epoch, progress.Epoch),
            new(MetricNames.Seconds, progress.Elapsed.TotalSeconds),
            new(MetricNames.NativeBytes, progress.NativeBytes),
            new(MetricNames.ManagedBytes, progress.ManagedBytes),
        };
        if (!double.IsNaN(progress.GradientNorm))
            metrics.Add(new Metric(MetricNames.GradientNorm, progress.GradientNorm));
        if (progress.TokensPerSecond > 0)
            metrics.Add(new Metric(MetricNames.TokensPerSecond, progress.TokensPerSecond));
        if (!double.IsNaN(progress.Unlikelihood))
            metrics.Add(new Metric(MetricNames.Unlikelihood, progress.Unlikelihood));
        if (!double.IsNaN(progress.GateLoss))
            metrics.Add(new Metric(MetricNames.GateLoss, progress.GateLoss));
        metrics.AddRange(progress.KeptShare.Select((share, block) => new Metric(MetricNames.KeptShare(block), share)));
        if (progress.Validation is { } validation)
            metrics.AddRange(From(validation));
        return metrics;
    }

    /// <summary>Names the numbers of a validation.</summary>
    /// <param name="validation">The validation.</param>
    public static IReadOnlyList<Metric> From(EvaluationResult validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        var metrics = new List<Metric>
        {
            new(MetricNames.ValidLoss, validation.Loss),
            new(MetricNames.ValidPerplexity, validation.Perplexity),
            new(MetricNames.ValidAccuracy, validation.Accuracy),
        };
        if (validation.TextBytes > 0)
            metrics.Add(new Metric(MetricNames.ValidBitsPerByte, validation.BitsPerByte));
        metrics.AddRange(validation.KeptShare.Select((share, block) => new Metric(MetricNames.ValidKeptShare(block), share)));
        return metrics;
    }
}
