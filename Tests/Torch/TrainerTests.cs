using Microsoft.Extensions.DependencyInjection;
using Tef.Backends.Torch;
using Tef.Core.Data;
using Tef.Core.Decoding;
using Tef.Core.DependencyInjection;
using Tef.Core.Filtering;
using Tef.Core.Generation;
using Tef.Core.Models;
using Tef.Core.Training;
using TorchSharp;

namespace Tef.Tests.Torch;

/// <summary>Training runs through the backend's contract, on a text whose next token follows from the one before it.</summary>
public sealed class TrainerTests
{
    private const int Vocabulary = 23;

    private static readonly Gpt2Options Model = new()
    {
        VocabularySize = Vocabulary,
        Context = 24,
        Layers = 2,
        Width = 32,
        Heads = 4,
        Dropout = 0.1f,
    };

    private static readonly TrainingOptions Short = new()
    {
        Epochs = 0,
        MaxSteps = 60,
        BatchSize = 8,
        LearningRate = 3e-3,
        WarmupSteps = 5,
        ValidationInterval = 20,
    };

    private ServiceProvider _services = null!;
    private ILanguageModelBackend _backend = null!;

    [SetUp]
    public void SetUp()
    {
        var services = new ServiceCollection();
        services.AddTef(options => options.Device = "cpu").AddTorch();
        _services = services.BuildServiceProvider();
        _backend = _services.GetRequiredService<LanguageModelBackends>().Selected;
    }

    [TearDown]
    public void TearDown() => _services.Dispose();

    public static IEnumerable<TrainingOptions> Recipes()
    {
        yield return Short;
        yield return Short with { Optimizer = OptimizerKind.Muon };
        yield return Short with { GradientAccumulation = 2, Schedule = LearningRateSchedule.Linear };
        yield return Short with { Schedule = LearningRateSchedule.ExponentialPerEpoch, EpochDecay = 0.99 };
    }

    [TestCaseSource(nameof(Recipes))]
    public void LearnsTheText(TrainingOptions options)
    {
        using var model = _backend.Create(Model, seed: 1);
        var before = _backend.Evaluate(model, Text(1000, 2));

        var result = _backend.Train(model, new TrainingData(Text(4000, 1), Text(1000, 2)), options);

        Assert.That(before.Loss, Is.EqualTo(Math.Log(Vocabulary)).Within(0.3));
        Assert.That(result.Validation!.Loss, Is.LessThan(0.6 * before.Loss));
        Assert.That(result.End, Is.EqualTo(TrainingEnd.Completed));
        Assert.That(result.Steps, Is.EqualTo(options.MaxSteps));
        Assert.That(
            _backend.Evaluate(model, Text(1000, 2)).TotalNats, Is.EqualTo(result.Validation.TotalNats).Within(1e-3),
            "the model must hold the weights that were reported");
    }

    public static IEnumerable<TefOptions> Filters()
    {
        yield return TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.All, DenseFirst = false, DenseLast = false, MaskWarmupSteps = 5 };
        yield return TefOptions.Seed(0.9f) with { Mode = MaskMode.Train, LossWeight = 0.1f };
        yield return new TefOptions { Selector = new TopK(0.5f), Blocks = FilteredBlocks.All, DenseFirst = false, DenseLast = false };
    }

    [TestCaseSource(nameof(Filters))]
    public void LearnsWithTokenFilters(TefOptions tef)
    {
        using var model = _backend.Create(Model with { Tef = tef }, seed: 1);
        var reports = new List<TrainingProgress>();

        var result = _backend.Train(model, new TrainingData(Text(4000, 1), Text(1000, 2)), Short, new Collect(reports));

        Assert.That(result.Validation!.Loss, Is.LessThan(0.8 * Math.Log(Vocabulary)));
        Assert.That(result.Validation.KeptShare, Has.All.InRange(0.1, 1.0).And.Some.LessThan(1.0));
        Assert.That(reports[^1].KeptShare, Has.Count.EqualTo(Model.Layers).And.Some.LessThan(1.0f));
        Assert.That(reports[0].KeptShare, tef.MaskWarmupSteps > 0 ? Has.All.EqualTo(1f) : Has.Some.LessThan(1f));
    }

    [Test]
    public void TheSameSeedGivesTheSameWeights()
    {
        byte[] first = Weights(), second = Weights();
        Assert.That(first, Is.EqualTo(second));

        byte[] Weights()
        {
            using var model = _backend.Create(Model, seed: 3);
            _backend.Train(model, new TrainingData(Text(2000, 1)), Short with { MaxSteps = 10 });
            using var stream = new MemoryStream();
            model.SaveWeights(stream);
            return stream.ToArray();
        }
    }

    [Test]
    public void SavedWeightsLoadAndScoreTheSame()
    {
        using var model = _backend.Create(Model with { Tef = TefOptions.Routed(0.5f) }, seed: 3);
        _backend.Train(model, new TrainingData(Text(2000, 1)), Short with { MaxSteps = 10 });
        using var stream = new MemoryStream();
        model.SaveWeights(stream);
        stream.Position = 0;

        using var loaded = _backend.Load(model.Options, stream);

        int[] tokens = [1, 2, 3, 4, 5, 6, 7];
        Assert.That(loaded.Score(tokens).TokenLosses, Is.EqualTo(model.Score(tokens).TokenLosses));
        Assert.That(loaded.ParameterCount, Is.EqualTo(model.ParameterCount));
    }

    [Test]
    public void WeightsThatDoNotFitAreListed()
    {
        using var model = _backend.Create(Model, seed: 3);
        using var stream = new MemoryStream();
        model.SaveWeights(stream);
        stream.Position = 0;

        Assert.That(
            () => _backend.Load(Model with { Layers = 3, VocabularySize = Vocabulary + 1 }, stream),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("missing transformer.h.2.ln_1.weight")
                .And.Message.Contains("transformer.wte.weight is [23, 32] instead of [24, 32]"));
    }

    [Test]
    public void CancellingKeepsTheBestWeights()
    {
        using var model = _backend.Create(Model, seed: 1);
        using var cancel = new CancellationTokenSource();
        TrainingProgress? latest = null;
        var progress = new Collect([])
        {
            Then = report =>
            {
                latest = report.Validation is null ? latest : report;
                if (report.Step == 45)
                    cancel.Cancel();
            },
        };

        var result = _backend.Train(
            model, new TrainingData(Text(4000, 1), Text(1000, 2)), Short with { MaxSteps = 1000 }, progress, cancel.Token);

        Assert.That(result.End, Is.EqualTo(TrainingEnd.Cancelled));
        Assert.That(result.Steps, Is.EqualTo(45));
        Assert.That(result.Validation!.Loss, Is.LessThanOrEqualTo(latest!.Validation!.Loss));
        Assert.That(_backend.Evaluate(model, Text(1000, 2)).TotalNats, Is.EqualTo(result.Validation.TotalNats).Within(1e-3));
    }

    [Test]
    public void MinutesEndARun()
    {
        using var model = _backend.Create(Model, seed: 1);
        var result = _backend.Train(
            model, new TrainingData(Text(4000, 1)), Short with { MaxSteps = 0, MaxMinutes = 0.02 });
        Assert.That(result.End, Is.EqualTo(TrainingEnd.Completed));
        Assert.That(result.Steps, Is.GreaterThan(0));
    }

    [Test]
    public void UserMistakesAreNamed()
    {
        using var model = _backend.Create(Model, seed: 1);
        var data = new TrainingData(Text(100, 1));
        Assert.That(
            () => _backend.Train(model, data, Short with { LearningRate = -1 }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("LearningRate"));
        Assert.That(
            () => _backend.Train(model, new TrainingData(Text(20, 1)), Short),
            Throws.ArgumentException.With.Message.Contains("20 tokens"));
        Assert.That(
            () => _backend.Create(Model with { Heads = 5 }, 1), Throws.ArgumentException.With.Message.Contains("multiple of Heads"));
        Assert.That(() => model.Score(new int[25]), Throws.ArgumentException.With.Message.Contains("24"));
        using var session = model.StartDecoding();
        Assert.That(
            () => session.Append(new int[25], new float[Vocabulary]), Throws.ArgumentException.With.Message.Contains("context holds 24"));
    }

    [Test]
    public void StepsAndTokensLeaveNoTensorsBehind()
    {
        using var model = _backend.Create(Model with { Tef = TefOptions.Routed(0.5f) }, seed: 1);
        var live = new List<(long Tensors, long Bytes)>();
        var watch = new Collect([]) { Then = _ => live.Add(LiveTensors()) };
        _backend.Train(model, new TrainingData(Text(4000, 1)), Short with { MaxSteps = 200 }, watch);
        Assert.That(live[^1], Is.EqualTo(live[20]), "after 200 steps as after 20");

        Generate();
        var before = LiveTensors();
        for (int i = 0; i < 100; i++)
            Generate();
        Assert.That(LiveTensors(), Is.EqualTo(before), "after 2,000 tokens as after 20");

        void Generate() => TokenGenerator.Generate(model, [1, 2, 3], new GenerationOptions { MaxNewTokens = 20, Seed = 5 });
    }

    private static (long Tensors, long Bytes) LiveTensors() =>
        (DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount, TorchSharp.Kernels.NativePool.LiveBytes);

    /// <summary>A text that is mostly, not quite, determined by the token before.</summary>
    private static MemoryTokenSource Text(int count, int seed)
    {
        var random = new System.Random(seed);
        var tokens = new int[count];
        for (int i = 1; i < count; i++)
            tokens[i] = random.Next(10) == 0 ? random.Next(Vocabulary) : ((5 * tokens[i - 1]) + 3) % Vocabulary;
        var source = new MemoryTokenSource(Vocabulary);
        source.Add(tokens, count * 4);
        return source;
    }

    private sealed class Collect(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public Action<TrainingProgress>? Then { get; init; }

        public void Report(TrainingProgress value)
        {
            reports.Add(value);
            Then?.Invoke(value);
        }
    }
}
