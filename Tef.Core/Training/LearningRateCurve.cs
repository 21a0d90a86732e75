namespace Tef.Core.Training;

/// <summary>How the loss answered to a rising learning rate (the range test of Smith, 2017).</summary>
/// <param name="Points">The steps made, in their order.</param>
/// <param name="Suggestion">
/// The learning rate at which the smoothed loss fell fastest; null when it never fell. It is one for the start of a schedule with
/// warm-up.
/// </param>
public sealed record LearningRateCurve(IReadOnlyList<LearningRatePoint> Points, double? Suggestion)
{
    /// <summary>Points at either end among which nothing is suggested, for the loss there is mostly noise.</summary>
    private const int IgnoredAtStart = 10;
    private const int IgnoredAtEnd = 5;

    /// <summary>Draws the curve through measured points and reads the suggestion from it.</summary>
    /// <param name="points">The steps made, learning rates rising.</param>
    public static LearningRateCurve Of(IReadOnlyList<LearningRatePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        double steepest = 0;
        double? suggestion = null;
        int ends = points.Count > 2 * (IgnoredAtStart + IgnoredAtEnd) ? 1 : 0;
        for (int i = Math.Max(1, ends * IgnoredAtStart); i < points.Count - Math.Max(1, ends * IgnoredAtEnd); i++)
        {
            double slope = (points[i + 1].SmoothedLoss - points[i - 1].SmoothedLoss)
                / Math.Log(points[i + 1].LearningRate / points[i - 1].LearningRate);
            if (slope >= steepest)
                continue;
            steepest = slope;
            suggestion = points[i].LearningRate;
        }

        return new LearningRateCurve(points, suggestion);
    }
}

/// <summary>One step of a range test.</summary>
/// <param name="LearningRate">Learning rate of the step.</param>
/// <param name="Loss">Loss before the step, nats per token.</param>
/// <param name="SmoothedLoss">Moving average of the losses so far, without the pull of its start.</param>
public sealed record LearningRatePoint(double LearningRate, double Loss, double SmoothedLoss);
