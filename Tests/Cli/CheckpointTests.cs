using System.Text.Json;
using Tef.Cli.CommandLine;
using Tef.Core.Runs;

namespace Tef.Tests.Cli;

/// <summary>A checkpoint does without its run: configuration and tokenizer are in it.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class CheckpointTests
{
    private const string Away = "away";

    private static string NewestManifest => Directory.GetFiles(Workplace.PathOf(Away), "*.json").Order().Last();

    [OneTimeSetUp]
    public void CarryACheckpointAwayAndLoseTheRun()
    {
        string run = Workplace.CopyRun("lost");
        string newest = Directory.GetFiles(Workplace.PathOf(run, "checkpoints"), "*.json").Order().Last();
        Directory.CreateDirectory(Workplace.PathOf(Away));
        foreach (string file in (string[])[newest, Path.ChangeExtension(newest, ".safetensors")])
            File.Copy(file, Workplace.PathOf(Away, Path.GetFileName(file)));
        Directory.Delete(Workplace.PathOf(run), recursive: true);
    }

    [Test]
    public void MeasuresOnTheTextOfItsRun()
    {
        JsonElement moved = Workplace.CallJson("validate", Away);
        JsonElement there = Workplace.CallJson("validate", Workplace.Run, "--checkpoint", "last");
        Assert.That(moved.GetProperty("loss").GetDouble(), Is.EqualTo(there.GetProperty("loss").GetDouble()));
        Assert.That(Workplace.Call("test", Away, "--data", "valid.txt"), Does.Contain("perplexity"));
    }

    [Test]
    public void GeneratesByTheOptionsOfItsRun()
    {
        string[] arguments = ["-p", "Once upon a time", "--seed", "3"];
        JsonElement moved = Workplace.CallJson(["generate", NewestManifest, .. arguments]);
        Assert.That(moved.GetProperty("options").GetProperty("maxNewTokens").GetInt32(), Is.EqualTo(8));
        Assert.That(
            Workplace.Call(["generate", Away, .. arguments]),
            Is.EqualTo(Workplace.Call(["generate", Workplace.Run, "--checkpoint", "last", .. arguments])));
    }

    [TestCase("inspect", "away", "--text", "Once upon")]
    [TestCase("predict", "away", "documents.jsonl")]
    [TestCase("eval-thresholds", "away", "--keep", "0.5", "--no-speed", "--baseline", "away")]
    [TestCase("tokenizer", "encode", "away", "Once upon")]
    [TestCase("data", "stats", "valid.txt", "--tokenizer", "away")]
    [TestCase("generate", "away", "--checkpoint", "best", "--greedy")]
    public void ServesEveryVerb(params string[] arguments) => Assert.That(Workplace.Call(arguments), Is.Not.Empty);

    [Test]
    public void IsExported()
    {
        Workplace.Call("export", Away, "exported-away");
        string[] greedy = ["-p", "Once", "--greedy", "--max-new-tokens", "5"];
        Assert.That(Workplace.Call(["generate", "exported-away", .. greedy]), Is.EqualTo(Workplace.Call(["generate", Away, .. greedy])));
    }

    [Test]
    public void GoesOnElsewhereAsItWouldHaveInItsRun()
    {
        string[] longer = ["--set", "training.maxSteps=9"];
        string there = Workplace.CopyRun("stayed");
        Workplace.Call(["fit", "-c", Workplace.PathOf(there, "config.yaml"), .. longer, "--out", there]);
        string output = Workplace.Call(["fit", "--resume", Away, .. longer, "--out", "elsewhere"]);

        Assert.That(output, Does.Contain("goes on"));
        Assert.That(RunRecord.Read(Workplace.PathOf("elsewhere", "run.json")).Result!.Steps, Is.EqualTo(9));
        byte[] Weights(string run) => File.ReadAllBytes(Workplace.PathOf(run, "model", "model.safetensors"));
        Assert.That(Weights("elsewhere"), Is.EqualTo(Weights(there)));

        // A run folder is as good as its checkpoints.
        Workplace.Call(["fit", "--resume", Workplace.Run, .. longer, "--out", "elsewhere-too"]);
        Assert.That(Weights("elsewhere-too"), Is.EqualTo(Weights(there)));

        using ProgramProcess again = ProgramProcess.Run(
            typeof(CommandRunner).Assembly, Workplace.Folder, "fit", "--resume", Away, "--out", there);
        Assert.That(again.ExitCode, Is.EqualTo(1));
        Assert.That(again.Error, Does.StartWith("error: ").And.Contain("has a run already").And.Not.Contain("\n"));
    }

    [Test]
    public void IsWhereAnotherRunStarts()
    {
        string output = Workplace.Call(
        [
            "fit", "--set", "data.train=train.txt", "--set", $"run.startFrom={Away}", "--set", "training.maxSteps=1", "--set",
            "training.batchSize=2", "--set", "training.epochs=0", "--set", "generation.maxNewTokens=4", "--out", "started",
        ]);
        Assert.That(output, Does.Contain("byte-level BPE, 320 tokens").And.Contain("3 blocks of width 32"));
    }
}
