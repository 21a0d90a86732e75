using Tef.Core.Checkpoints;
using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.HuggingFace;
using Tef.Core.Models;
using Tef.Core.Training;
using Tef.Tests.Core;

namespace Tef.Tests.Torch;

/// <summary>Runs that break off and are taken up again end as runs that never did.</summary>
public sealed class ResumeTests
{
    private static readonly Gpt2Options Model = TrainingRun.Model;
    private static readonly TrainingOptions Short = TrainingRun.Short;

    private TrainingRun _run = null!;
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _run = new TrainingRun();
    }

    [TearDown]
    public void TearDown()
    {
        _run.Dispose();
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
        yield return new TestCaseData(Model, Short with { Optimizer = OptimizerKind.Sgd, LearningRate = 0.1, Nesterov = true })
            .SetArgDisplayNames("SGD");
        yield return new TestCaseData(Model, Short with { Optimizer = OptimizerKind.Sgd, LearningRate = 0.1, Momentum = 0, EmaDecay = 0.9 })
            .SetArgDisplayNames("SGD without momentum, average");
        yield return new TestCaseData(Model, Short with { EmaDecay = 0.98, ValidationInterval = 0.3, Monitor = "valid/accuracy" })
            .SetArgDisplayNames("average, by accuracy");
        yield return new TestCaseData(
                Model,
                Short with { UnlikelihoodAlpha = 1, SequenceUnlikelihood = new() { NGram = 2 }, LabelSmoothing = 0.1, TokensPerStep = 100 })
            .SetArgDisplayNames("unlikelihood");
        yield return new TestCaseData(
                Model,
                Short with { Schedule = LearningRateSchedule.CosineWithRestarts, ClipNorm = 0, ClipValue = 0.1, OverfitBatches = 3 })
            .SetArgDisplayNames("restarts, few batches");
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
        using ILanguageModel model = _run.Backend.Load(manifest.Model, weights);
        using CheckpointWeights latest = CheckpointWeights.Open(folder, manifest, best: false);
        using ILanguageModel last = _run.Backend.Load(manifest.Model, latest);
        Assert.That(latest.AreBest, Is.False);
        Assert.That(
            (byte[][])[TrainingRun.Weights(model), TrainingRun.Weights(last)], Has.Some.EqualTo(expected),
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

    [Test]
    public void Top_checkpoints_are_chosen_by_the_metric_and_hold_what_was_validated()
    {
        TrainingOptions options = Short with
        {
            EmaDecay = 0.9,
            Monitor = "valid/accuracy",
            Checkpoints = new CheckpointOptions { Folder = _folder.File("run"), KeepLast = 1, KeepBest = 3, Configuration = "a: 1\n" },
        };
        var (_, _, reports) = _run.Train(Model, options);
        var folder = new CheckpointFolder(options.Checkpoints!);
        var best = reports.Where(report => report.Validation is not null).OrderByDescending(report => report.Validation!.Accuracy);
        Assert.That(folder.Find("last").Metric, Is.Not.Null, "the last validation is noted");
        Assert.That(folder.Steps, Has.Count.InRange(3, 4).And.Contains(40L));
        CheckpointManifest first = folder.Find("best");
        Assert.That(first.Metric, Is.EqualTo(Math.Max(best.First().Validation!.Accuracy, folder.Find("last").Metric!.Value)));
        Assert.That(first.Configuration, Is.EqualTo("a: 1\n"));

        using CheckpointWeights weights = CheckpointWeights.Open(folder, first, best: false);
        using ILanguageModel model = _run.Backend.Load(first.Model, weights);
        Assert.That(_run.Backend.Evaluate(model, TrainingRun.Data.Validation!).Accuracy, Is.EqualTo(first.Metric));
    }

    [Test]
    public void Two_runs_do_not_share_a_folder()
    {
        TrainingOptions options = Short with { MaxSteps = 3, Checkpoints = new CheckpointOptions { Folder = _folder.File("run") } };
        using (new CheckpointFolder(options.Checkpoints!).Lock())
            Assert.That(() => Run(Model, options, _ => { }), Throws.InstanceOf<IOException>().With.Message.Contains("Another run"));
        Assert.That(Run(Model, options, _ => { }).Result.Steps, Is.EqualTo(3));
    }

    [Test]
    public void Deterministic_runs_go_on_with_as_many_threads_alone()
    {
        TrainingOptions options = Short with
        {
            MaxSteps = 3,
            Deterministic = true,
            Checkpoints = new CheckpointOptions { Folder = _folder.File("run") },
        };
        Run(Model, options, _ => { });
        int threads = TorchSharp.torch.get_num_threads();
        TorchSharp.torch.set_num_threads(threads + 1);
        try
        {
            Assert.That(
                () => Run(Model, options, _ => { }),
                Throws.InvalidOperationException.With.Message.Contains($"with {threads} threads, but this run has {threads + 1}"));
        }
        finally
        {
            TorchSharp.torch.set_num_threads(threads);
        }
    }

    private (byte[] Weights, TrainingResult Result) Run(
        Gpt2Options options, TrainingOptions training, Action<TrainingProgress> report, CancellationToken cancellation = default)
    {
        var (weights, result, _) = _run.Train(options, training, report, cancellation);
        return (weights, result);
    }
}
