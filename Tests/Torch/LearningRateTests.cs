using Tef.Backends.Torch.Training;
using Tef.Core.Training;

namespace Tef.Tests.Torch;

public sealed class LearningRateTests
{
    [TestCase(LearningRateSchedule.Constant, 0.3, 1)]
    [TestCase(LearningRateSchedule.Cosine, 0, 1)]
    [TestCase(LearningRateSchedule.Cosine, 0.5, 0.6)]
    [TestCase(LearningRateSchedule.Cosine, 1, 0.2)]
    [TestCase(LearningRateSchedule.Linear, 0.25, 0.8)]
    [TestCase(LearningRateSchedule.Linear, 1, 0.2)]
    [TestCase(LearningRateSchedule.WarmupStableDecay, 0.6, 1)]
    [TestCase(LearningRateSchedule.WarmupStableDecay, 0.8, 0.6)]
    [TestCase(LearningRateSchedule.WarmupStableDecay, 1, 0.2)]
    [TestCase(LearningRateSchedule.CosineWithRestarts, 0.25, 0.6)]
    [TestCase(LearningRateSchedule.CosineWithRestarts, 0.5, 1)]
    [TestCase(LearningRateSchedule.CosineWithRestarts, 0.75, 0.6)]
    [TestCase(LearningRateSchedule.CosineWithRestarts, 1, 0.2)]
    [TestCase(LearningRateSchedule.ExponentialPerEpoch, 0.5, 0.81)]
    public void Schedules_follow_their_formulas(LearningRateSchedule schedule, double completed, double expected)
    {
        var options = new TrainingOptions
        {
            Schedule = schedule,
            WarmupSteps = 10,
            FinalLearningRateShare = 0.2,
            DecayShare = 0.4,
            Cycles = 2,
            EpochDecay = 0.9,
        };
        Assert.That(LearningRate.Factor(options, 1000, completed, epoch: 2), Is.EqualTo(expected).Within(1e-12));
        Assert.That(LearningRate.Factor(options, 4, completed, epoch: 2), Is.EqualTo(0.5 * expected).Within(1e-12), "in the warm-up");
        Assert.That(
            LearningRate.Factor(options with { WarmupSteps = 0, DecayShare = 0 }, 0, 0, 0), Is.EqualTo(1), "at the start");
    }
}
