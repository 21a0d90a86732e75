using Tef.Cli.CommandLine;

namespace Tef.Tests.Cli;

/// <summary>Every preset for training runs on small data with one command.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class PresetTests
{
    public static IEnumerable<string> Names() => Presets.All.Select(preset => preset.Name).Where(name => !name.Contains('/'));

    [TestCaseSource(nameof(Names))]
    public void Trains(string name)
    {
        string text = name == "document_lm" ? "documents.jsonl" : "train.txt";
        string output = Workplace.Call(
        [
            "fit", "-c", name, "--set", $"data.train={text}", "--set", $"data.valid={text}", .. Workplace.Tiny,
            "--set", "training.maxSteps=2", "--set", "generation.maxNewTokens=4", "--set", "generation.returnSequences=1",
            "--set", "model.context=24", "--out", $"preset-{name}",
        ]);
        Assert.That(output, Does.Contain("completed after 2 steps"));
    }

    [Test]
    public void AllPartsAreThere()
    {
        string[] names = [.. Presets.All.Select(preset => preset.Name)];
        Assert.That(names, Is.SupersetOf(new[] { "gpt2", "gpt2_tef", "tef_routed", "tinystories", "xlab", "document_lm" }));
        Assert.That(Presets.All.Select(preset => preset.Summary), Has.All.Not.Empty);
        foreach (string folder in new[] { "models/", "tefs/", "generation/" })
            Assert.That(names, Has.Some.StartsWith(folder));
    }
}
