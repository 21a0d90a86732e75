using Tef.Core.Training;

namespace Tef.Backends.Torch.Training;

/// <summary>The learning rate as a share of the highest: linear warm-up, then the schedule of the options.</summary>
internal static class LearningRate
{
    /// <param name="options">Warm-up and schedule.</param>
    /// <param name="step">Optimizer steps done.</param>
    /// <param name="completed">Share of the run that is done.</param>
    /// <param name="epoch">Whole passes over the text that are done.</param>
    public static double Factor(TrainingOptions options, long step, double completed, int epoch)
    {
        double warmup = options.WarmupSteps == 0 ? 1 : Math.Min(1, (step + 1.0) / options.WarmupSteps);
        double floor = options.FinalLearningRateShare;
        double height = options.Schedule switch
        {
            LearningRateSchedule.Cosine => HalfCosine(completed),
            LearningRateSchedule.CosineWithRestarts => HalfCosine(ShareOfCycle(completed * options.Cycles, options.Cycles)),
            LearningRateSchedule.Linear => 1 - completed,
            LearningRateSchedule.WarmupStableDecay => completed <= 1 - options.DecayShare ? 1 : (1 - completed) / options.DecayShare,
            _ => 1,
        };
        double decay = options.Schedule == LearningRateSchedule.ExponentialPerEpoch
            ? Math.Pow(options.EpochDecay, epoch)
            : floor + ((1 - floor) * height);
        return warmup * decay;
    }

    private static double HalfCosine(double completed) => 0.5 * (1 + Math.Cos(Math.PI * completed));

    /// <summary>Where in its cycle a run is; at its end it is at the end of the last one.</summary>
    private static double ShareOfCycle(double cycles, int last) => cycles >= last ? 1 : cycles - Math.Floor(cycles);
}
