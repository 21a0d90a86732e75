using Microsoft.Extensions.DependencyInjection;
using Tef.Backends.Torch;
using Tef.Core.Checkpoints;
using Tef.Core.Data;
using Tef.Core.DependencyInjection;
using Tef.Core.Filtering;
using Tef.Core.HuggingFace;
using Tef.Core.Models;
using Tef.Core.Training;
using Tef.Tests.Core;

namespace Tef.Tests.Torch;

/// <summary>Runs that break off and are taken up again end as runs that never did.</summary>
public sealed class ResumeTests
{
    private const int Vocabulary = 23;

    private static readonly Gpt2Options Model = new()
    {
        VocabularySize = Vocabulary,
        Context = 16,
        Layers = 3,
        Width = 16,
        Heads = 2,
        Dropout = 0.1f,
    };

    private static readonly TrainingOptions Short = new()
    {
        Epochs = 0,
        MaxSteps = 40,
        BatchSize = 4,
        LearningRate = 3e-3,
        WarmupSteps = 5,
        ValidationInterval = 7,
    };

    private ServiceProvider _services = null!;
    private ILanguageModelBackend _backend = null!;
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        var services = new ServiceCollection();
        services.AddTef(options => options.Device = "cpu").AddTorch();
        _services = services.BuildServiceProvider();
        _backend = _services.GetRequiredService<LanguageModelBackends>().Selected;
    }

    [TearDown]
    public void TearDown()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    public static IEnumerable<TestCaseData> Recipes()
    {
        TefOptions routed = TefOptions.Routed(0.5f) with { MaskWarmupSteps = 10 };
        yield return new TestCaseData(Model, Short).SetArgDisplayNames("AdamW");
        yield return new TestCaseData(Model with { Tef = routed }, Short with { Optimizer = OptimizerKind.Muon })
            .SetArgDisplayNames("Muon, routed");
        yield return new TestCaseData(Model, Short with { GradientAccumulation = 2, KeepBest = false }).SetArgDisplayNames("accumulation");
        yield return new TestCaseData(Model, Short with { Packing = new PackingOptions { Mode = PackingMode.Documents } })
            .SetArgDisplayNames("documents");
        yield return new TestCaseData(Model with { Tef = routed }, Short with { Packing = new PackingOptions { SeparateDocuments = true } })
            .SetArgDisplayNames("separate documents, routed");
        yield return new TestCaseData(Model, Short with { LearningRate = 0.3, EarlyStoppingPatience = 3 })
            .SetArgDisplayNames("early stopping");
    }

    [TestCaseSource(nameof(Recipes))]
    public void Broken_off_at_any_step_the_weights_are_the_same(Gpt2Options model, TrainingOptions options)
    {
        (byte[] expected, TrainingResult whole) = Run(model, options, _ => { });
        TrainingOptions resumable = options with { Checkpoints = new CheckpointOptions { Folder = _folder.File("run"), Interval = 3 } };
        var random = new System.Random(17);
        for (int crash = 0; crash < 10; crash++)
        {
            int steps = random.Next(1, 8);
            try
            {
                Run(model, resumable, _ =>
                {
                    if (--steps == 0)
                        throw new IOException("crash");
                });
            }
            catch (IOException exception) when (exception.Message == "crash")
            {
            }
        }

        (byte[] resumed, TrainingResult result) = Run(model, resumable, _ => { });
        Assert.That(resumed, Is.EqualTo(expected));
        Assert.That(result.Steps, Is.EqualTo(whole.Steps));
        Assert.That(result.TrainingLoss, Is.EqualTo(whole.TrainingLoss));
        Assert.That(result.Validation!.TotalNats, Is.EqualTo(whole.Validation!.TotalNats));
    }

    [Test]
    public void Cancelled_runs_go_on_at_their_last_step([Values(1, 14, 33)] int last)
    {
        (byte[] expected, _) = Run(Model, Short, _ => { });
        TrainingOptions resumable = Short with { Checkpoints = new CheckpointOptions { Folder = _folder.File("run") } };
        using var cancel = new CancellationTokenSource();
        (_, TrainingResult cancelled) = Run(
            Model,
            resumable,
            progress =>
            {
                if (progress.Step == last)
                    cancel.Cancel();
            },
            cancel.Token);
        Assert.That(cancelled.End, Is.EqualTo(TrainingEnd.Cancelled));
        long first = 0;
        (byte[] resumed, _) = Run(Model, resumable, progress => first = first == 0 ? progress.Step : first);
        Assert.That(first, Is.EqualTo(last + 1));
        Assert.That(resumed, Is.EqualTo(expected));
    }

    [Test]
    public void A_damaged_checkpoint_costs_the_steps_since_the_one_before()
    {
        TrainingOptions resumable = Short with { Checkpoints = new CheckpointOptions { Folder = _folder.File("run"), Interval = 10 } };
        (byte[] expected, _) = Run(Model, resumable, _ => { });
        var checkpoints = new CheckpointFolder(resumable.Checkpoints!);
        File.WriteAllBytes(checkpoints.TensorsPath(40), [1, 2, 3]);
        long first = 0;
        (byte[] resumed, _) = Run(Model, resumable, progress => first = first == 0 ? progress.Step : first);
        Assert.That(first, Is.EqualTo(31));
        Assert.That(resumed, Is.EqualTo(expected));
    }

    [Test]
    public void A_checkpoint_exports_without_the_optimizer()
    {
        TefOptions routed = TefOptions.Routed(0.5f) with { MaskWarmupSteps = 10 };
        TrainingOptions resumable = Short with { Checkpoints = new CheckpointOptions { Folder = _folder.File("run") } };
        (byte[] expected, _) = Run(Model with { Tef = routed }, resumable, _ => { });
        var folder = new CheckpointFolder(resumable.Checkpoints!);
        CheckpointManifest manifest = folder.FindLatest()!;

        using CheckpointWeights weights = CheckpointWeights.Open(folder, manifest);
        Assert.That(weights.AreBest, Is.True);
        Assert.That(weights.Entries.Select(entry => entry.Name), Has.None.Contains("optimizer").And.Some.EqualTo("transformer.wte.weight"));
        using ILanguageModel model = _backend.Load(manifest.Model, weights);
        using CheckpointWeights latest = CheckpointWeights.Open(folder, manifest, best: false);
        using ILanguageModel last = _backend.Load(manifest.Model, latest);
        Assert.That(latest.AreBest, Is.False);
        Assert.That(
            (byte[][])[Bytes(model), Bytes(last)], Has.Some.EqualTo(expected),
            "the validation after the last step decides which of them the run ends with");
        Assert.That(() => HubFolder.Save(_folder.File("hub"), last), Throws.Nothing);
        long exported = new FileInfo(Path.Combine(_folder.File("hub"), "model.safetensors")).Length;
        Assert.That(exported, Is.LessThan(manifest.Bytes / 3), "weights, best weights and two moments of each were stored");
    }

    [Test]
    public void A_checkpoint_of_another_run_is_refused()
    {
        TrainingOptions resumable = Short with { MaxSteps = 5, Checkpoints = new CheckpointOptions { Folder = _folder.File("run") } };
        Run(Model, resumable, _ => { });
        Assert.That(
            () => Run(Model with { Layers = 4 }, resumable, _ => { }),
            Throws.InvalidOperationException.With.Message.Contains("another model").And.Message.Contains("\"layers\": 3"));
        Assert.That(
            () => Run(Model, resumable with { BatchSize = 5 }, _ => { }),
            Throws.InvalidOperationException.With.Message.Contains("another training").And.Message.Contains("\"batchSize\": 4"));
        Assert.That(
            () => Run(Model, resumable with { Checkpoints = resumable.Checkpoints! with { Resume = false } }, _ => { }),
            Throws.InvalidOperationException.With.Message.Contains("has checkpoints of another run"));
        Assert.That(Run(Model, resumable with { MaxSteps = 8 }, _ => { }).Result.Steps, Is.EqualTo(8), "a later end is no other run");
    }

    private (byte[] Weights, TrainingResult Result) Run(
        Gpt2Options options, TrainingOptions training, Action<TrainingProgress> report, CancellationToken cancellation = default)
    {
        using ILanguageModel model = _backend.Create(options, seed: 3);
        TrainingResult result = _backend.Train(
            model, new TrainingData(Text(2000, 1), Text(300, 2)), training, new Told(report), cancellation);
        return (Bytes(model), result);
    }

    private static byte[] Bytes(ILanguageModel model)
    {
        using var stream = new MemoryStream();
        model.SaveWeights(stream);
        return stream.ToArray();
    }

    private static MemoryTokenSource Text(int count, int seed)
    {
        var random = new System.Random(seed);
        var source = new MemoryTokenSource(Vocabulary, endOfText: 0);
        source.Add([.. Enumerable.Range(0, count).Select(i => random.Next(4) == 0 ? random.Next(Vocabulary) : i % Vocabulary)], count);
        return source;
    }

    private sealed class Told(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
