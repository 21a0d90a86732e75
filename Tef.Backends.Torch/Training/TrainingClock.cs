using System.Diagnostics;
using Tef.Core.Training;

namespace Tef.Backends.Torch.Training;

/// <summary>How far a run has come, by steps, epochs and minutes, and when it ends.</summary>
/// <param name="options">The limits.</param>
/// <param name="stepsPerEpoch">Optimizer steps of one pass over the text.</param>
/// <param name="before">Time of the run before this process took it up.</param>
internal sealed class TrainingClock(TrainingOptions options, double stepsPerEpoch, TimeSpan before)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    private readonly double _steps = Math.Min(
        options.MaxSteps > 0 ? options.MaxSteps : double.PositiveInfinity,
        options.Epochs > 0 ? Math.Ceiling(options.Epochs * stepsPerEpoch) : double.PositiveInfinity);

    private double _longestStep;

    public TimeSpan Elapsed => before + Stopwatch.GetElapsedTime(_started);

    /// <summary>Share of the run that is done.</summary>
    public double Completed(long steps)
    {
        double bySteps = steps / _steps;
        double byTime = options.MaxMinutes > 0 && !options.Deterministic ? Elapsed.TotalMinutes / options.MaxMinutes : 0;
        return Math.Min(1, Math.Max(bySteps, byTime));
    }

    /// <summary>Whether another step fits, with some time left after it.</summary>
    /// <param name="steps">Steps done.</param>
    /// <param name="reserve">Time to leave for what follows the last step.</param>
    public bool HasRoom(long steps, TimeSpan reserve) =>
        steps < _steps
        && (options.MaxMinutes <= 0 || Elapsed + reserve + TimeSpan.FromSeconds(_longestStep) < TimeSpan.FromMinutes(options.MaxMinutes));

    /// <summary>Learns how long steps take.</summary>
    public void Measure(TimeSpan step) => _longestStep = Math.Max(step.TotalSeconds, 0.9 * _longestStep);

    public TimeSpan Remaining(long steps)
    {
        double completed = Completed(steps);
        return completed <= 0 ? TimeSpan.Zero : Elapsed * Math.Min((1 - completed) / completed, 1e6);
    }
}
