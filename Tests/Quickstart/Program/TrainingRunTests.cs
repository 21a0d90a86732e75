using System.Diagnostics;
using System.Text.Json;
using Tef.Samples.Quickstart;
using Tef.Samples.Quickstart.Stories;
using Tef.Tests.Core;

namespace Tef.Tests.Quickstart.Program;

/// <summary>The main job with a tiny model and seconds instead of minutes.</summary>
public sealed class TrainingRunTests
{
    private static readonly string[] Tiny =
        ["--layers", "3", "--width", "32", "--heads", "2", "--context", "48", "--vocabulary", "400", "--batch", "4", "--threads", "1"];

    [Test]
    public void Trains_measures_tells_saves_and_loads()
    {
        using TemporaryFolder folder = FolderWithStories();
        string json = folder.File("results", "result.json");
        using ProgramProcess run = ProgramProcess.Run(
            typeof(QuickstartRun).Assembly,
            folder.Path,
            ["--data", "train.txt", "--valid", "valid.txt", "--minutes", "0.08", "--out", "made", "--json", json, "--seed", "5", .. Tiny]);

        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Error);
        Assert.That(run.Error, Is.Empty);
        Assert.That(run.Output, Does.Contain("tokens/s").And.Contain("bits per byte").And.Contain("the same 10 stories"));
        Assert.That(run.Output, Does.Not.Contain("\u001b"));
        for (int i = 1; i <= 10; i++)
            Assert.That(File.ReadAllText(folder.File("made", $"story-{i:D2}.txt")), Is.Not.Empty);
        Assert.That(new FileInfo(folder.File("made", "tef-gpt2.zip")).Length, Is.GreaterThan(10_000));

        JsonElement result = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        double Number(string key) => result.GetProperty(key).GetDouble();
        long validationBytes = new FileInfo(folder.File("valid.txt")).Length;
        Assert.That(Number("bits_per_byte"), Is.InRange(0.5, 8));
        Assert.That(
            Number("bits_per_byte"),
            Is.EqualTo(Number("valid_loss") * Number("valid_tokens") / Math.Log(2) / validationBytes).Within(1e-9));
        Assert.That(Number("perplexity"), Is.EqualTo(Math.Exp(Number("valid_loss"))).Within(1e-6));
        Assert.That(Number("tokens_seen"), Is.Positive);
        Assert.That(Number("tokens_per_s"), Is.Positive);
        Assert.That(Number("parameters"), Is.InRange(10_000, 1_000_000));
        Assert.That(Number("train_seconds"), Is.Positive);
        Assert.That(
            result.GetProperty("kept_share_per_layer").EnumerateArray().Select(share => share.GetSingle()), Has.Exactly(3).InRange(0, 1));
        Assert.That(Number("seed"), Is.EqualTo(5));
        Assert.That(result.GetProperty("interrupted").GetBoolean(), Is.False);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Says_which_kernels_compute_and_why_not_others(bool cuda)
    {
        using TemporaryFolder folder = FolderWithStories();
        using ProgramProcess run = ProgramProcess.Run(
            typeof(QuickstartRun).Assembly, folder.Path,
            ["--data", "train.txt", "--valid", "valid.txt", "--minutes", "0.05", .. Tiny, .. cuda ? ["--cuda"] : Array.Empty<string>()]);

        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Error);
        Assert.That(run.Output, Does.Match("Compute: .*token filter kernels "));
        Assume.That(run.Output, Does.Contain("Device cpu"), "there is a GPU here");
        Assert.That(run.Output, Does.Not.Contain("token filter kernels cuda"));
        const string why = "cuda (the model is on cpu, these kernels need a CUDA device";
        Assert.That(run.Output, cuda ? Does.Contain(why) : Does.Not.Contain(why));
    }

    [Test]
    public void Begins_every_story_with_the_prompt_and_holds_text_back_to_measure_on()
    {
        using TemporaryFolder folder = FolderWithStories();
        using ProgramProcess run = ProgramProcess.Run(
            typeof(QuickstartRun).Assembly, folder.Path, ["--data", "train.txt", "--minutes", "0.1", "--prompt", "A small fox", "--json", "result.json", .. Tiny]);

        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Error);
        string[] stories = [.. Directory.GetFiles(folder.File("out", "quickstart"), "story-*.txt").Select(File.ReadAllText)];
        Assert.That(stories, Has.Length.EqualTo(10).And.All.StartsWith("A small fox"));
        Assert.That(stories.Distinct().Count(), Is.GreaterThan(5));
        Assert.That(File.ReadAllText(folder.File("result.json")), Does.Match(@"""bits_per_byte"": \d"));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public void Interrupted_it_keeps_and_reports_the_weights()
    {
        using TemporaryFolder folder = FolderWithStories();
        using ProgramProcess run = ProgramProcess.Start(
            typeof(QuickstartRun).Assembly, folder.Path, ["--data", "train.txt", "--valid", "valid.txt", "--minutes", "5", "--json", "result.json", .. Tiny]);
        run.WaitForOutput("tokens/s", TimeSpan.FromMinutes(1));
        using (Process kill = Process.Start("kill", ["-INT", $"{run.Id}"]))
            kill.WaitForExit();
        run.WaitForExit(TimeSpan.FromMinutes(1));

        Assert.That(run.ExitCode, Is.EqualTo(130), run.Output + run.Error);
        Assert.That(run.Error, Is.Empty);
        Assert.That(run.Output, Does.Contain("Interrupted"));
        Assert.That(File.Exists(folder.File("out", "quickstart", "tef-gpt2.zip")), Is.True);
        JsonElement result = JsonDocument.Parse(File.ReadAllText(folder.File("result.json"))).RootElement;
        Assert.That(result.GetProperty("interrupted").GetBoolean(), Is.True);
        Assert.That(result.GetProperty("tokens_seen").GetInt64(), Is.Positive);
    }

    private static TemporaryFolder FolderWithStories()
    {
        var folder = new TemporaryFolder();
        StoryCorpus.Write(folder.File("train.txt"), 60_000, folder.File("valid.txt"), 6_000, seed: 11);
        return folder;
    }
}
