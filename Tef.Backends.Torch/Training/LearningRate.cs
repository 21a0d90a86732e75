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
        double decay = options.Schedule switch
        {
            LearningRateSchedule.Cosine => floor + ((1 - floor) * 0.5 * (1 + Math.Cos(Math.PI * completed))),
            LearningRateSchedule.Linear => floor + ((1 - floor) * (1 - completed)),
            LearningRateSchedule.ExponentialPerEpoch => Math.Pow(options.EpochDecay, epoch),
            _ => 1,
        };
        return warmup * decay;
    }
}
