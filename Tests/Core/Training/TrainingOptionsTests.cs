using Tef.Core.Configuration;
using Tef.Core.Training;

namespace Tef.Tests.Core.Training;

public sealed class TrainingOptionsTests
{
    [Test]
    public void All_options_survive_JSON()
    {
        var options = new TrainingOptions
        {
            TokensPerStep = 5000,
            Optimizer = OptimizerKind.Sgd,
            Momentum = 0.8,
            Nesterov = true,
            Schedule = LearningRateSchedule.WarmupStableDecay,
            DecayShare = 0.3,
            Cycles = 2,
            ClipNorm = 0,
            ClipValue = 0.5,
            LabelSmoothing = 0.1,
            UnlikelihoodAlpha = 5,
            SequenceUnlikelihood = new SequenceUnlikelihoodOptions { Share = 0.25, NGram = 3 },
            EmaDecay = 0.999,
            ValidationInterval = 0.25,
            Monitor = "valid/accuracy",
            MonitorGoal = MetricGoal.Max,
            OverfitBatches = 1,
            FastDevRun = true,
            Deterministic = true,
            GateInterval = 10,
            Checkpoints = new CheckpointOptions { Interval = 3, Configuration = "never in options" },
        };
        string json = OptionsJson.Write(options);
        Assert.That(json, Does.Not.Contain("never in options"));
        TrainingOptions read = OptionsJson.Read<TrainingOptions>(json);
        Assert.That(read, Is.EqualTo(options with { Checkpoints = options.Checkpoints with { Configuration = null } }));
        Assert.That(OptionsJson.Read<TrainingOptions>("""{ "sequenceUnlikelihood": {} }""").SequenceUnlikelihood!.NGram, Is.EqualTo(4));
    }

    [TestCase("""{ "clipValue": -1 }""", "clipValue", "at least 0")]
    [TestCase("""{ "labelSmoothing": 1.5 }""", "labelSmoothing", "between 0 and 1")]
    [TestCase("""{ "emaDecay": 1 }""", "emaDecay", "between 0 and 0.9999999")]
    [TestCase("""{ "validationInterval": 2.5 }""", "validationInterval", "whole number of steps")]
    [TestCase("""{ "monitor": "valid/los" }""", "monitor", "did you mean 'valid/loss'?")]
    [TestCase("""{ "nesterov": true, "momentum": 0 }""", "nesterov", "Momentum above zero")]
    [TestCase("""{ "epochs": 0, "minutes": 3, "deterministic": true }""", "deterministic", "follows the clock")]
    [TestCase("""{ "cycles": 0 }""", "cycles", "at least 1")]
    [TestCase("""{ "sequenceUnlikelihood": { "nGram": 0 } }""", "nGram", "at least 1")]
    [TestCase("""{ "checkpoints": { "configuration": "x" } }""", "checkpoints.configuration", "unknown option")]
    public void Values_out_of_range_are_named(string json, string option, string reason) => Assert.That(
        () => OptionsJson.Read<TrainingOptions>(json),
        Throws.TypeOf<OptionsException>().With.Message.Contains(option).And.Message.Contains(reason));

    [Test]
    public void Metrics_have_values_by_name()
    {
        var progress = new TrainingProgress
        {
            Step = 1,
            Completed = 0.5,
            Epoch = 0.1,
            Loss = 2,
            GradientNorm = 3,
            LearningRate = 1e-3,
            TokensSeen = 64,
            TokensPerSecond = 100,
            Elapsed = TimeSpan.Zero,
            Remaining = TimeSpan.Zero,
            KeptShare = [1, 0.5f],
            Validation = new EvaluationResult(8, 16, 0, [1, 0.25f]) { Correct = 2 },
        };
        Assert.That(MonitoredMetric.Value("valid/loss", progress), Is.EqualTo(2));
        Assert.That(MonitoredMetric.Value("valid/accuracy", progress), Is.EqualTo(0.25));
        Assert.That(MonitoredMetric.Value("valid/bits_per_byte", progress), Is.Null, "the bytes are not known");
        Assert.That(MonitoredMetric.Value("train/unlikelihood", progress), Is.Null);
        Assert.That(MonitoredMetric.Value("valid/loss", progress with { Validation = null }), Is.Null);
        Assert.That(MonitoredMetric.HigherIsBetter("valid/accuracy", MetricGoal.Auto), Is.True);
        Assert.That(MonitoredMetric.HigherIsBetter("valid/loss", MetricGoal.Auto), Is.False);
        Assert.That(MonitoredMetric.HigherIsBetter("valid/loss", MetricGoal.Max), Is.True);
    }

    [Test]
    public void The_steepest_fall_of_the_curve_is_suggested()
    {
        // A loss that falls around 1e-2 and explodes after 0.3.
        var points = Enumerable.Range(0, 61).Select(i => Math.Pow(10, -6 + (i / 10.0))).Select(rate =>
        {
            double loss = 4 - (3 / (1 + Math.Pow(1e-2 / rate, 2))) + Math.Pow(rate / 0.5, 6);
            return new LearningRatePoint(rate, loss, loss);
        }).ToArray();
        Assert.That(LearningRateCurve.Of(points).Suggestion, Is.EqualTo(1e-2).Within(30).Percent);
        var rising = points.Select((point, i) => point with { SmoothedLoss = i }).ToArray();
        Assert.That(LearningRateCurve.Of(rising).Suggestion, Is.Null);
        Assert.That(LearningRateCurve.Of([]).Suggestion, Is.Null);
    }
}
