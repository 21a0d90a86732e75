using Tef.Core.Filtering;

namespace Tef.Backends.Torch.Filtering;

/// <summary>The kept share of budgets over a training run.</summary>
internal static class KeepSchedule
{
    /// <summary>How far the share has come from 1 to its value, between 0 and 1.</summary>
    /// <param name="options">Warm-up and length of the schedule.</param>
    /// <param name="step">Optimizer steps done.</param>
    public static double Progress(TefOptions? options, long step) => options is not { KeepScheduleSteps: > 0 }
        ? 1
        : Math.Clamp((step + 1.0 - options.MaskWarmupSteps) / options.KeepScheduleSteps, 0, 1);

    /// <summary>The share at a point of the schedule.</summary>
    public static double Of(double keep, double progress) => 1 - ((1 - keep) * progress);
}
