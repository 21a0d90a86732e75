using Microsoft.Extensions.DependencyInjection;
using Tef.Benchmarks.Filtering;
using Tef.Benchmarks.Filtering.Lab;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;
using Tef.Tests.Core;

namespace Tef.Tests.Benchmarks;

/// <summary>The experiments' machinery on a model that takes no time: runs that are made once, and the page of their results.</summary>
public sealed class FilterExperimentTests
{
    private static readonly Gpt2Options Model = new()
    {
        VocabularySize = 280,
        Context = 16,
        Layers = 4,
        Width = 16,
        Heads = 2,
        Dropout = 0,
        Tef = TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.All, DenseLast = true, MaskWarmupSteps = 0 },
    };

    private static IEnumerable<string> AllLabs => LabSetup.All.Select(lab => lab.Name);

    private static readonly TrainingOptions Training = new() { Epochs = 0, MaxSteps = 40, BatchSize = 2, ValidationInterval = 20, KeepBest = false };

    private TemporaryFolder _folder = null!;
    private ServiceProvider _services = null!;
    private LabTexts _texts = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        string story = "the cat sat on the mat and the dog lay on the log . <|endoftext|>\n";
        File.WriteAllText(_folder.File("train.txt"), string.Concat(Enumerable.Repeat(story, 40)));
        File.WriteAllText(_folder.File("valid.txt"), string.Concat(Enumerable.Repeat(story, 5)));
        _services = LabOptions.Services();
        _texts = LabTexts.Read(_folder.Path, 280);
    }

    [TearDown]
    public void TearDown()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void ARunIsMadeOnce()
    {
        var setting = new RunSetting("routed", Model, Training, 1);
        var log = new StringWriter();
        var first = Runner(log).Run([setting], default).Single();
        int lines = log.ToString().Split('\n').Length;
        var again = Runner(log).Run([setting], default).Single();

        Assert.That(log.ToString().Split('\n'), Has.Length.EqualTo(lines), "nothing was trained the second time");
        Assert.That(again.Write(), Is.EqualTo(first.Write()));
        Assert.That(first.Training.Select(point => point.Step), Is.EqualTo(new long[] { 20, 40 }));
        Assert.That(first.Validation.Select(point => point.Step), Is.EqualTo(new long[] { 20, 40 }));
        Assert.That(first.Loss, Is.EqualTo(first.Validation[^1].Loss).And.GreaterThan(0));
        using var model = TrainedRuns.Load(LabOptions.Backend(_services), [setting], "routed", _texts, _folder.File("out"));
        Assert.That(LabOptions.Backend(_services).Evaluate(model, _texts.Validation).Loss, Is.EqualTo(first.Loss).Within(1e-6));
    }

    [Test]
    public void ATaughtRunNeedsItsTeacher()
    {
        var teacher = new RunSetting("dense", Model with { Tef = null }, Training, 1);
        var setting = new RunSetting("routed", Model, Training, 1) { Teacher = teacher };

        Assert.That(
            () => Runner(TextWriter.Null).Run([setting], default), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("'dense'").And.Message.Contains("Make its plan first"));
        var results = Runner(TextWriter.Null).Run([teacher, setting, setting with { Teacher = null }], default);
        Assert.That(results, Has.Count.EqualTo(3), "runs with and without a teacher are different ones");
        Assert.That(results[1].Loss, Is.Not.EqualTo(results[2].Loss));
        Assert.That(results[1].Setting["teacher"]!["seed"]!.GetValue<int>(), Is.EqualTo(1));
    }

    [Test]
    public void ACancelledRunLeavesNoResultAndIsMadeLater()
    {
        using var cancelled = new CancellationTokenSource();
        var stop = new Stopper(cancelled);
        var setting = new RunSetting("routed", Model, Training, 1);

        Assert.That(Runner(stop).Run([setting], cancelled.Token), Is.Empty);
        Assert.That(Directory.GetFiles(_folder.File("out")), Is.Empty);
        Assert.That(Runner(TextWriter.Null).Run([setting], default), Has.Count.EqualTo(1));
    }

    [Test]
    public void WhatAnotherProcessIsMakingIsLeftToIt()
    {
        var setting = new RunSetting("routed", Model, Training, 1);
        Directory.CreateDirectory(_folder.File("out"));
        using var claim = new FileStream(
            Path.Combine(_folder.File("out"), $"{setting.Id(_texts.Fingerprint)}.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var log = new StringWriter();

        Assert.That(Runner(log).Run([setting], default), Is.Empty);
        Assert.That(log.ToString(), Does.Contain("another process"));
    }

    [Test]
    public void IdentityIsWhatDiffersFromTheDefaults()
    {
        var setting = new RunSetting("a", Model, Training, 1);

        Assert.That(setting.Id("t"), Is.EqualTo((setting with { Training = Training with { Seed = 9 } }).Id("t")), "the run's own seed counts");
        Assert.That(setting.Id("t"), Is.Not.EqualTo((setting with { Seed = 2 }).Id("t")));
        Assert.That(setting.Id("t"), Is.Not.EqualTo(setting.Id("u")));
        Assert.That(
            setting.Id("t"),
            Is.Not.EqualTo((setting with { Model = Model with { Tef = Model.Tef! with { Selector = new Budget(0.25f) } } }).Id("t")));
        string identity = setting.Identity("t").ToJsonString();
        Assert.That(identity, Does.Contain("\"width\":16").And.Contain("\"keep\":0.5").And.Not.Contain("layerNormEpsilon"));
    }

    [TestCaseSource(nameof(AllLabs))]
    public void RunsOfAPlanDifferAndAreNamed(string name)
    {
        var lab = LabSetup.All.Single(item => item.Name == name);
        RunSetting[] runs = [.. new Plans(lab, 300).All];

        Assert.That(runs.Select(run => run.Id("t")), Is.Unique);
        Assert.That(runs.Select(run => run.Name), Is.All.StartsWith(lab.Prefix));
        foreach (var run in runs)
            Assert.That(() => run.Model.Tef?.Validate(run.Model.Layers), Throws.Nothing, run.Name);
        Assert.That(runs.Count(run => run.Name == $"{lab.Prefix}dense-6"), Is.EqualTo(lab.Seeds));
        // A step of a routed run takes less time than a dense one, also on average over its schedule.
        Assert.That(runs.First(run => run.Name == $"{lab.Prefix}routed-0.5-time").Training.MaxSteps, Is.InRange(300 + 1, 300 / lab.StepTimes["routed-0.5"]));
        Assert.That(runs.First(run => run.Name == $"{lab.Prefix}dense-5-time").Training.MaxSteps, Is.EqualTo((int)Math.Round(300 / lab.StepTimes["dense-5"])));
    }

    [Test]
    public void ArithmeticOfRoutedBlocks()
    {
        var dense = Model with { Tef = null };
        double whole = ModelArithmetic.ForwardPerToken(dense), block = whole - ModelArithmetic.ForwardPerToken(dense with { Layers = 3 });

        Assert.That(whole, Is.EqualTo((4 * block) + (2.0 * 280 * 16)));
        Assert.That(block, Is.EqualTo((2.0 * 12 * 16 * 16) + (2 * 16 * 17)));
        Assert.That(
            ModelArithmetic.ForwardPerToken(Model),
            Is.EqualTo((2.0 * 280 * 16) + (2 * block) + (2 * ((0.5 * 2 * 12 * 16 * 16) + (0.25 * 2 * 16 * 17)))).Within(1e-6));
    }

    [Test]
    public void ThePageIsFilledFromResultsAndPlotsAreDrawn()
    {
        RunResult Result(string name, int seed, double loss) => new()
        {
            Name = name,
            Seed = seed,
            Setting = new RunSetting(name, Model, Training, seed).Identity("t"),
            Steps = 40,
            Parameters = 1000,
            MegaflopsPerToken = 1.5,
            Loss = loss,
            BitsPerByte = 1.25,
            KeptShare = [1, 0.5f],
            Training = [new CurvePoint(20, 3), new CurvePoint(40, 2)],
            Validation = [new CurvePoint(1000, 3), new CurvePoint(2400, loss)],
        };
        foreach (var (name, seed, loss) in new[] { ("dense-6", 1, 2.0), ("dense-6", 2, 2.2), ("routed-0.5", 1, 2.01), ("routed-0.5", 2, 2.23), ("bytes-dense-6", 1, 1.5), ("bytes-routed-0.5", 1, 1.45) })
            File.WriteAllText(_folder.File($"{name}-{seed}-0123abcd.json"), Result(name, seed, loss).Write());
        const string page = "# Title\n<!-- tef runs: dense-6 routed-0.5 missing bytes-routed-0.5 -->\nold\n<!-- end -->\nrest\n";

        var results = new ResultsPage(_folder.Path);
        string filled = results.Fill(page);
        results.Draw(_folder.File("plots"));

        Assert.That(results.Runs, Is.EqualTo(6));
        Assert.That(filled, Does.StartWith("# Title\n<!-- tef runs: dense-6 routed-0.5 missing bytes-routed-0.5 -->\n| run").And.EndsWith("<!-- end -->\nrest\n"));
        Assert.That(filled, Does.Contain("| routed-0.5 | 1,000 | 1.500 | 40 | 2 | 2.1200 | 0.1556 | +0.0200 | 1.2500 | 1 0.5 |"));
        Assert.That(filled, Does.Contain("| bytes-routed-0.5 | 1,000 | 1.500 | 40 | 1 | 1.4500 |  | -0.0500 |"), "each lab has its own dense model");
        Assert.That(filled, Does.Contain("missing | | | | 0 | not run").And.Not.Contain("old"));
        Assert.That(results.Fill(filled), Is.EqualTo(filled), "filling again changes nothing");
        Assert.That(File.ReadAllText(_folder.File("plots", "equal-steps.svg")), Does.Contain("<svg").And.Contain("routed-0.5"));
        Assert.That(Directory.GetFiles(_folder.File("plots"), "*.svg"), Has.Length.EqualTo(7));
        Assert.That(() => results.Fill("<!-- tef magic: x -->\n<!-- end -->"), Throws.InstanceOf<FormatException>().With.Message.Contains("magic"));
        File.WriteAllText(_folder.File("broken-1-0123abcd.json"), "{");
        Assert.That(() => new ResultsPage(_folder.Path), Throws.InstanceOf<IOException>().With.Message.Contains("broken-1-0123abcd.json"));
    }

    private PlanRunner Runner(TextWriter log) => new(LabOptions.Backend(_services), _texts, _folder.File("out"), log);

    /// <summary>Cancels when a run begins.</summary>
    private sealed class Stopper(CancellationTokenSource source) : StringWriter
    {
        public override void WriteLine(string? value) => source.Cancel();
    }
}
