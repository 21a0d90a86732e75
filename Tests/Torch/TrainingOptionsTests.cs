using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Tracking;
using Tef.Core.Training;

namespace Tef.Tests.Torch;

/// <summary>What each option does to a run.</summary>
public sealed class TrainingOptionsTests
{
    private static readonly Gpt2Options Plain = TrainingRun.Model with { Dropout = 0 };

    private TrainingRun _run = null!;

    [SetUp]
    public void SetUp() => _run = new TrainingRun();

    [TearDown]
    public void TearDown() => _run.Dispose();

    public static IEnumerable<TestCaseData> Recipes()
    {
        TrainingOptions s = TrainingRun.Short with { MaxSteps = 120 };
        yield return new TestCaseData(s with { Optimizer = OptimizerKind.Sgd, LearningRate = 0.3, WeightDecay = 0 }).SetArgDisplayNames("SGD");
        yield return new TestCaseData(s with { Optimizer = OptimizerKind.Sgd, LearningRate = 0.3, Nesterov = true, WeightDecay = 1e-4 })
            .SetArgDisplayNames("Nesterov");
        yield return new TestCaseData(s with { EmaDecay = 0.95 }).SetArgDisplayNames("average");
        yield return new TestCaseData(s with { LabelSmoothing = 0.05 }).SetArgDisplayNames("smoothing");
        yield return new TestCaseData(s with { UnlikelihoodAlpha = 0.5 }).SetArgDisplayNames("unlikelihood");
        yield return new TestCaseData(s with { SequenceUnlikelihood = new() { Share = 0.3 } }).SetArgDisplayNames("own continuations");
        yield return new TestCaseData(s with { ClipNorm = 0, ClipValue = 0.05 }).SetArgDisplayNames("clipping by value");
        yield return new TestCaseData(s with { Schedule = LearningRateSchedule.WarmupStableDecay }).SetArgDisplayNames("stable, decay");
        yield return new TestCaseData(s with { Schedule = LearningRateSchedule.CosineWithRestarts }).SetArgDisplayNames("restarts");
    }

    [TestCaseSource(nameof(Recipes))]
    public void Every_recipe_learns_the_text(TrainingOptions options)
    {
        var (_, result, reports) = _run.Train(TrainingRun.Model, options);
        Assert.That(result.Validation!.Loss, Is.LessThan(0.85 * Math.Log(TrainingRun.Vocabulary)));
        Assert.That(result.Validation.Accuracy, Is.GreaterThan(0.2).And.LessThan(0.9));
        Assert.That(result.Validation.BitsPerByte, Is.GreaterThan(0));
        Assert.That(reports.Select(report => report.Loss), Has.All.GreaterThan(0));
        Assert.That(reports[^1].NativeBytes, Is.GreaterThan(0));
        Assert.That(reports[^1].ManagedBytes, Is.GreaterThan(0));
        bool unlikely = options.UnlikelihoodAlpha > 0 || options.SequenceUnlikelihood is not null;
        Assert.That(reports.Any(report => !double.IsNaN(report.Unlikelihood)), Is.EqualTo(unlikely));
    }

    [Test]
    public void Accumulation_in_tokens_is_that_in_passes()
    {
        TrainingOptions options = TrainingRun.Short with { MaxSteps = 6 };
        byte[] passes = _run.Train(TrainingRun.Model, options with { GradientAccumulation = 3 }).Weights;
        var (tokens, result, _) = _run.Train(TrainingRun.Model, options with { TokensPerStep = (2 * 4 * 16) + 1 });
        Assert.That(tokens, Is.EqualTo(passes));
        Assert.That(result.TokensSeen, Is.EqualTo(6 * 3 * 4 * 16));
    }

    [Test]
    public void Values_are_clipped_before_norms()
    {
        // With plain descent of rate 1 and no decay, no weight moves further than the clip.
        var (_, _, reports) = _run.Train(Plain, Descent(clipValue: 0));
        byte[] before = Fresh();
        float[] free = Moves(before, _run.Train(Plain, Descent(clipValue: 0)).Weights);
        float[] clipped = Moves(before, _run.Train(Plain, Descent(clipValue: 1e-3)).Weights);
        Assert.That(free.Max(), Is.GreaterThan(2e-3f));
        Assert.That(clipped.Max(), Is.EqualTo(1e-3f).Within(1e-6f));
        for (int i = 0; i < free.Length; i++)
            Assert.That(clipped[i], Is.EqualTo(Math.Min(free[i], 1e-3f)).Within(1e-6f));
        Assert.That(reports[0].GradientNorm, Is.EqualTo(Math.Sqrt(free.Sum(move => (double)move * move))).Within(1e-3));

        static TrainingOptions Descent(double clipValue) => TrainingRun.Short with
        {
            MaxSteps = 1,
            Optimizer = OptimizerKind.Sgd,
            LearningRate = 1,
            Momentum = 0,
            WeightDecay = 0,
            WarmupSteps = 0,
            ClipNorm = 0,
            ClipValue = clipValue,
            KeepBest = false,
        };
    }

    [Test]
    public void The_average_of_the_weights_is_validated_and_kept()
    {
        // A decay of nothing but the warm-up's own keeps (1 + n)/(10 + n) of the average before.
        TrainingOptions options = TrainingRun.Short with { MaxSteps = 3, KeepBest = false };
        float[][] steps = [.. Enumerable.Range(1, 3).Select(n => Floats(_run.Train(Plain, options with
        {
            MaxSteps = n,
            Schedule = LearningRateSchedule.Constant,
        }).Weights))];
        float[] expected = Floats(Fresh());
        for (int n = 1; n <= 3; n++)
        {
            double decay = Math.Min(0.999, (1.0 + n) / (10 + n));
            expected = [.. expected.Zip(steps[n - 1], (average, weight) => (float)((average * decay) + (weight * (1 - decay))))];
        }

        var (weights, result, _) = _run.Train(Plain, options with { EmaDecay = 0.999, Schedule = LearningRateSchedule.Constant });
        float[] actual = Floats(weights);
        for (int i = 0; i < expected.Length; i++)
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(1e-6f));
        using ILanguageModel model = _run.Backend.Load(Plain, new MemoryStream(weights));
        Assert.That(
            _run.Backend.Evaluate(model, TrainingRun.Data.Validation!).TotalNats, Is.EqualTo(result.Validation!.TotalNats).Within(1e-3));
    }

    [Test]
    public void One_batch_is_learned_by_heart()
    {
        var options = TrainingRun.Short with { OverfitBatches = 1, MaxSteps = 300, LearningRate = 1e-2, KeepBest = false };
        var (_, _, reports) = _run.Train(Plain, options);
        Assert.That(reports[^1].Loss, Is.LessThan(0.1));
        Assert.That(reports[^1].Epoch, Is.EqualTo(300));
    }

    [Test]
    public void A_development_run_is_one_step()
    {
        using var folder = new Tests.Core.TemporaryFolder();
        var options = TrainingRun.Short with
        {
            FastDevRun = true,
            MaxSteps = 0,
            Epochs = 1000,
            Checkpoints = new CheckpointOptions { Folder = folder.File("none") },
        };
        var (_, result, reports) = _run.Train(TrainingRun.Model, options);
        Assert.That(result.Steps, Is.EqualTo(1));
        Assert.That(reports, Has.Count.EqualTo(1));
        Assert.That(result.Validation!.Tokens, Is.EqualTo(4 * 16));
        Assert.That(Directory.Exists(folder.File("none")), Is.False);
    }

    [TestCase(0.25, 0.25)]
    [TestCase(0, 1)]
    public void Validations_come_by_shares_of_an_epoch(double interval, double epochs)
    {
        // An epoch of 125 blocks in batches of four.
        var (_, _, reports) = _run.Train(TrainingRun.Model, TrainingRun.Short with { MaxSteps = 70, ValidationInterval = interval });
        long[] validated = [.. reports.Where(report => report.Validation is not null).Select(report => report.Step)];
        Assert.That(validated, Is.Not.Empty);
        Assert.That(reports.First(report => report.Validation is not null).Epoch, Is.EqualTo(epochs).Within(0.03));
        Assert.That(validated, Is.EqualTo(Enumerable.Range(1, 100).Select(i => i * validated[0]).Where(step => step < 70).Append(70)));
        Assert.That(reports.Select(report => report.Step), Is.EqualTo(Enumerable.Range(1, 70)), "each step once, the last with its validation");
    }

    [Test]
    public void The_monitored_metric_decides_what_is_best()
    {
        var (_, low, reports) = _run.Train(TrainingRun.Model, TrainingRun.Short with { MonitorGoal = MetricGoal.Max });
        double highest = reports.Where(report => report.Validation is not null).Max(report => report.Validation!.Loss);
        Assert.That(low.Validation!.Loss, Is.GreaterThanOrEqualTo(highest), "the worst loss was asked for");
        var (_, accurate, others) = _run.Train(TrainingRun.Model, TrainingRun.Short with { Monitor = "valid/accuracy" });
        Assert.That(
            accurate.Validation!.Accuracy,
            Is.GreaterThanOrEqualTo(others.Where(report => report.Validation is not null).Max(report => report.Validation!.Accuracy)));
    }

    [Test]
    public void Gates_come_when_asked_for()
    {
        TefOptions tef = TefOptions.Routed(0.5f) with { Loss = AuxiliaryLoss.GatedL1, MaskWarmupSteps = 0 };
        var (_, _, reports) = _run.Train(TrainingRun.Model with { Tef = tef }, TrainingRun.Short with { MaxSteps = 6, GateInterval = 3 });
        Assert.That(reports.Select(report => report.Gates.Count), Is.EqualTo(new[] { 0, 0, 3, 0, 0, 3 }));
        Assert.That(reports[2].Gates[1], Is.Empty);
        Assert.That(reports[2].Gates[2], Has.Count.EqualTo(4 * 16).And.All.InRange(0f, 1f));
        Assert.That(reports[2].GateLoss, Is.GreaterThan(0));
        Assert.That(TrainingMetrics.From(reports[2]), Has.Some.Matches<Metric>(metric => metric.Name == MetricNames.GateLoss));
    }

    [Test]
    public void Own_continuations_need_a_model_that_generates()
    {
        var options = TrainingRun.Short with { SequenceUnlikelihood = new() };
        Assert.That(
            () => _run.Train(TrainingRun.Model with { Tef = TefOptions.Seed(0.9f) }, options),
            Throws.InvalidOperationException.With.Message.Contains("look at later tokens"));
        Assert.That(
            () => _run.Train(TrainingRun.Model, options with { SequenceUnlikelihood = new() { PrefixTokens = 10, ContinuationTokens = 7 } }),
            Throws.ArgumentException.With.Message.Contains("fit into a training sequence of 16"));
        Assert.That(
            () => _run.Train(TrainingRun.Model, options with { Packing = new PackingOptions { Mode = PackingMode.Documents } }),
            Throws.ArgumentException.With.Message.Contains("Packing.Mode Blocks"));
    }

    [Test]
    public void Own_continuations_repeat_less()
    {
        TrainingOptions options = TrainingRun.Short with { MaxSteps = 150, LearningRate = 5e-3, KeepBest = false };
        var sequence = new SequenceUnlikelihoodOptions { NGram = 2, PrefixTokens = 2 };
        var (_, _, reports) = _run.Train(Repeating, options with { SequenceUnlikelihood = sequence });
        double[] losses = [.. reports.Where(report => !double.IsNaN(report.Unlikelihood)).Select(report => report.Unlikelihood)];
        Assert.That(losses, Has.Length.InRange(50, 100), "about half of the steps");
        Assert.That(losses.Take(10).Max(), Is.GreaterThan(0.02));
        Assert.That(losses.TakeLast(10).Average(), Is.LessThan(0.75 * losses.Take(10).Max()));
    }

    [Test]
    public void The_range_test_finds_a_rate_and_leaves_the_model_alone()
    {
        using ILanguageModel model = _run.Backend.Create(TrainingRun.Model with { Tef = TefOptions.Routed(0.5f) }, seed: 3);
        byte[] before = TrainingRun.Weights(model);
        foreach (OptimizerKind optimizer in Enum.GetValues<OptimizerKind>())
        {
            var search = new LearningRateSearchOptions { Lowest = 1e-5, Highest = 100, Steps = 80 };
            LearningRateCurve curve = _run.Backend.FindLearningRate(
                model, TrainingRun.Data, TrainingRun.Short with { Optimizer = optimizer }, search);
            Assert.That(TrainingRun.Weights(model), Is.EqualTo(before), $"{optimizer}");
            Assert.That(curve.Suggestion, Is.InRange(1e-4, 10), $"{optimizer}");
            Assert.That(curve.Points[0].LearningRate, Is.EqualTo(1e-5));
            Assert.That(curve.Points.Select(point => point.LearningRate), Is.Ordered.Ascending);
        }

        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(
            _run.Backend.FindLearningRate(model, TrainingRun.Data, TrainingRun.Short, cancellation: cancelled.Token).Points, Is.Empty);
    }

    /// <summary>A model too small to learn the text, which falls into loops.</summary>
    private static Gpt2Options Repeating => TrainingRun.Model with { Layers = 1, Width = 8, Dropout = 0 };

    private byte[] Fresh()
    {
        using ILanguageModel model = _run.Backend.Create(Plain, seed: 3);
        return TrainingRun.Weights(model);
    }

    private static float[] Moves(byte[] before, byte[] after) => [.. Floats(before).Zip(Floats(after), (a, b) => Math.Abs(a - b))];

    private static float[] Floats(byte[] safetensors)
    {
        int header = 8 + (int)BitConverter.ToInt64(safetensors);
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(safetensors.AsSpan(header)).ToArray();
    }
}
