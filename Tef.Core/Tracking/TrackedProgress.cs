using Tef.Core.Training;

namespace Tef.Core.Tracking;

/// <summary>Hands the progress of a training run to a tracker: every so many steps, and whenever there were a validation or gates.</summary>
/// <param name="tracker">Who gets the numbers; started before.</param>
/// <param name="interval">Steps between reports.</param>
/// <param name="next">Who else gets all progress, if anyone.</param>
public sealed class TrackedProgress(IRunTracker tracker, int interval = 1, IProgress<TrainingProgress>? next = null)
    : IProgress<TrainingProgress>
{
    /// <inheritdoc />
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Validation is not null || value.Step % interval == 0)
            tracker.Scalars(value.Step, TrainingMetrics.From(value));
        for (int block = 0; block < value.Gates.Count; block++)
        {
            if (value.Gates[block].Count > 0)
                tracker.Histogram(value.Step, MetricNames.Gates(block), [.. value.Gates[block]]);
        }

        next?.Report(value);
    }
}
