using System.Text.Json;

namespace Tef.Tests.Cli;

/// <summary>What is known about a document reaches the model: by it alone the text is decided here.</summary>
public sealed class MetaTests
{
    private const string Fox = "Once there was a red animal who ran through a dark wood.";
    private const string Hen = "In spring some white bird sat on its seven eggs and slept.";

    [TestCase("ByteLevelBpe")]
    [TestCase("SentencePieceUnigram")]
    public void MetaDecidesWhatIsWritten(string kind)
    {
        string run = $"meta-{kind}", documents = $"meta-{kind}.jsonl";
        File.WriteAllLines(
            Workplace.PathOf(documents),
            Enumerable.Range(0, 200).Select(i => JsonSerializer.Serialize(i % 2 == 0 ? new { body = Fox, meta = "fox" } : new { body = Hen, meta = "hen" })));
        Workplace.Call(
        [
            "fit", "-c", "document_lm", "--set", $"data.train={documents}", "--set", "data.meta.ignoreProbability=0", .. Workplace.Tiny,
            "--set", $"tokenizer.kind={kind}", "--set", "tokenizer.vocabularySize=380", "--set", "training.batchSize=8",
            "--set", "training.maxSteps=300", "--set", "training.learningRate=3e-3", "--set", "generation.maxNewTokens=4",
            "--set", "generation.returnSequences=1", "--out", run,
        ]);

        string[] greedy = ["--greedy", "--max-new-tokens", "40"];
        Assert.That(Workplace.Call(["generate", run, "--meta", "fox", .. greedy]), Is.EqualTo(Fox));
        Assert.That(Workplace.Call(["generate", run, "--meta", "hen", .. greedy]), Is.EqualTo(Hen));
        string[] lines = Workplace.Call("predict", run, documents).Split('\n');
        double[] losses = [.. lines.Take(2).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("loss").GetDouble())];
        Assert.That(losses, Has.All.LessThan(0.3), "the first word is known from the meta");
    }
}
