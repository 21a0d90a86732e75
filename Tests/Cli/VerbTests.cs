using System.Diagnostics;
using System.Text.Json;
using Tef.Cli.CommandLine;
using Tef.Core.HuggingFace;
using Tef.Core.Runs;

namespace Tef.Tests.Cli;

/// <summary>Every verb on a small model, as a process.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class VerbTests
{
    [Test]
    public void FitLeavesARunFolder()
    {
        var folder = new RunFolder(Workplace.PathOf(Workplace.Run));
        RunRecord record = RunRecord.Read(folder.Record);

        Assert.That(record.State, Is.EqualTo(RunState.Completed));
        Assert.That(record.Result!.Steps, Is.EqualTo(6));
        Assert.That(record.Machine.Processors, Is.Positive);
        Assert.That(folder.ReadConfiguration().Data.Train, Is.EqualTo("train.txt"));
        Assert.That(File.ReadAllText(folder.Log), Does.Contain("Training text"));
        Assert.That(File.ReadLines(folder.MetricsCsv).First(), Does.Contain("train/loss"));
        Assert.That(File.ReadLines(folder.MetricsJsonLines), Has.Some.Matches<string>(
            line => line.Contains("\"step\":6,", StringComparison.Ordinal) && line.Contains("valid/bits_per_byte", StringComparison.Ordinal)));
        Assert.That(Directory.GetFiles(folder.TensorBoard), Has.Length.EqualTo(1));
        foreach (string line in File.ReadLines(folder.StructuredLog))
            Assert.That(JsonDocument.Parse(line).RootElement.GetProperty("message").GetString(), Is.Not.Empty);
        string samples = File.ReadAllText(folder.Samples);
        Assert.That(samples, Does.Contain("Once upon a time").And.Contain("\"Generator params\""));
        Assert.That(samples, Does.Contain("\"Global step\": 3,").And.Contain("\"Global step\": 6,"), "of every validation, the last too");
        Assert.That(HubFolder.Open(folder.Model).Options.Layers, Is.EqualTo(3));
        Assert.That(Directory.GetFiles(folder.Checkpoints, "*.safetensors"), Is.Not.Empty);
    }

    [Test]
    public void FitSaysWhatToDoWithARunThatHasEnded()
    {
        string folder = Workplace.CopyRun("ended");
        using ProgramProcess process = ProgramProcess.Run(
            typeof(CommandRunner).Assembly, Workplace.Folder, "fit", "-c", Workplace.PathOf(folder, "config.yaml"), "--out", folder);
        Assert.That(process.ExitCode, Is.EqualTo(1));
        Assert.That(process.Error, Does.StartWith("error: ").And.Contain("--restart").And.Not.Contain("\n"));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public void AnInterruptedFitGoesOn()
    {
        string[] arguments =
        [
            "fit", "-c", "tinystories", "--set", "data.train=train.txt", .. Workplace.Tiny, "--set", "training.maxSteps=100000", "--out", "stopped",
        ];
        using (ProgramProcess process = ProgramProcess.Start(typeof(CommandRunner).Assembly, Workplace.Folder, arguments))
        {
            process.WaitForOutput("tokens/s", TimeSpan.FromMinutes(1));
            using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
                kill.WaitForExit();
            process.WaitForExit(TimeSpan.FromMinutes(1));
            Assert.That(process.ExitCode, Is.EqualTo(130), process.Output + process.Error);
            Assert.That(process.Error, Is.Empty);
            Assert.That(process.Output, Does.Contain("interrupted"));
        }

        RunRecord before = RunRecord.Read(Workplace.PathOf("stopped", "run.json"));
        Assert.That(before.State, Is.EqualTo(RunState.Interrupted));
        string output = Workplace.Call([.. arguments, "--set", $"training.maxSteps={before.Result!.Steps + 2}"]);
        RunRecord after = RunRecord.Read(Workplace.PathOf("stopped", "run.json"));
        Assert.That(output, Does.Contain("goes on"));
        Assert.That(after.State, Is.EqualTo(RunState.Completed));
        Assert.That(after.Resumed, Is.EqualTo(1));
        Assert.That(after.Result!.Steps, Is.EqualTo(before.Result.Steps + 2));
    }

    [Test]
    public void FitFindsALearningRate()
    {
        JsonElement curve = Workplace.CallJson(
        [
            "fit", "-c", "tinystories", "--set", "data.train=train.txt", .. Workplace.Tiny, "--out", "range", "--find-learning-rate",
        ]);
        Assert.That(curve.GetProperty("points").GetArrayLength(), Is.GreaterThan(10));
        Assert.That(File.Exists(Workplace.PathOf("range", "run.json")), Is.False);
    }

    [Test]
    public void ValidateAndTestMeasure()
    {
        JsonElement valid = Workplace.CallJson("validate", Workplace.Run);
        RunRecord record = RunRecord.Read(Workplace.PathOf(Workplace.Run, "run.json"));
        Assert.That(valid.GetProperty("loss").GetDouble(), Is.EqualTo(record.Result!.Validation!.Loss).Within(1e-4));
        Assert.That(valid.GetProperty("keptShare").GetArrayLength(), Is.EqualTo(3));
        Assert.That(valid.GetProperty("accuracy").GetDouble(), Is.InRange(0, 1));

        string test = Workplace.Call("test", Workplace.Run, "--data", "valid.txt", "--checkpoint", "last");
        Assert.That(test, Does.Contain("perplexity").And.Contain("bits per byte"));
    }

    [Test]
    public void PredictScoresEveryDocument()
    {
        string[] lines = Workplace.Call("predict", Workplace.Run, "documents.jsonl", "--continue", "--max-new-tokens", "4").Split('\n');
        JsonElement[] rows = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.That(rows, Has.Length.EqualTo(3));
        Assert.That(rows[0].GetProperty("meta").GetString(), Is.EqualTo("fox"));
        foreach (JsonElement row in rows)
        {
            double nats = row.GetProperty("loss").GetDouble() * row.GetProperty("tokens").GetInt32();
            double bits = nats / Math.Log(2) / row.GetProperty("bytes").GetInt64();
            Assert.That(row.GetProperty("bitsPerByte").GetDouble(), Is.EqualTo(bits).Within(1e-9));
            Assert.That(row.GetProperty("continuation").GetArrayLength(), Is.EqualTo(1));
        }
    }

    [TestCase("--greedy")]
    [TestCase("--temperature", "0.7")]
    [TestCase("--top-k", "5")]
    [TestCase("--top-p", "0.9")]
    [TestCase("--beams", "3", "--length-penalty", "0.8", "--early-stopping")]
    [TestCase("--repetition-penalty", "1.3")]
    [TestCase("--no-repeat-ngram", "2")]
    [TestCase("--sequences", "3")]
    [TestCase("-c", "generation/beams")]
    public void GenerateKnowsEveryStrategy(params string[] strategy)
    {
        string[] arguments = ["generate", Workplace.Run, "-p", "Once upon a time", "--max-new-tokens", "6", "--seed", "3", .. strategy];
        JsonElement result = Workplace.CallJson(arguments);
        string[] texts = [.. result.GetProperty("sequences").EnumerateArray().Select(sequence => sequence.GetProperty("text").GetString()!)];
        Assert.That(texts, Has.Length.EqualTo(strategy[0] == "--sequences" ? 3 : 1).And.All.StartsWith("Once upon a time"));
    }

    [Test]
    public void GenerateGivesTheSameForTheSameSeedAndStreamsIt()
    {
        string[] arguments = ["generate", Workplace.Run, "-p", "-", "--max-new-tokens", "8", "--seed", "5"];
        string streamed = Workplace.CallWithInput("Once upon\n", arguments);
        string[] last = [.. arguments, "--checkpoint", "final"];
        Assert.That(Workplace.CallWithInput("Once upon\n", last), Is.EqualTo(streamed));
        Assert.That(streamed, Does.StartWith("Once upon"));
    }

    [Test]
    public void InspectDrawsGates()
    {
        JsonElement seen = Workplace.CallJson("inspect", Workplace.Run, "--text", "Once upon a time");
        JsonElement[] tokens = [.. seen.GetProperty("tokens").EnumerateArray()];
        Assert.That(string.Concat(tokens.Select(token => token.GetProperty("text").GetString())), Is.EqualTo("<|endoftext|>Once upon a time"));
        Assert.That(seen.GetProperty("blocks").EnumerateArray().Select(block => block.GetInt32()), Is.EqualTo(new[] { 2 }));
        Assert.That(tokens[0].GetProperty("kept")[0].GetBoolean(), Is.True);
        Assert.That(tokens[0].GetProperty("loss").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(tokens[1].GetProperty("gates")[0].GetDouble(), Is.InRange(0, 1));

        string drawn = Workplace.Call("inspect", Workplace.Run, "--text", "Once upon a time");
        Assert.That(drawn, Does.Contain("block 2").And.Contain("kept"));
    }

    [Test]
    public void TokenizerTrainsEncodesAndDecodes()
    {
        JsonElement trained = Workplace.CallJson("tokenizer", "train", "train.txt", "--out", "words", "--vocabulary", "300");
        Assert.That(trained.GetProperty("tokens").GetInt32(), Is.EqualTo(300));
        string ids = Workplace.Call("tokenizer", "encode", "words", "Once upon a time");
        Assert.That(Workplace.CallWithInput(ids, "tokenizer", "decode", "words"), Is.EqualTo("Once upon a time"));
        Assert.That(Workplace.CallWithInput("Once upon a time", "tokenizer", "encode", "words"), Is.EqualTo(ids));
    }

    [Test]
    public void DataIsCountedCleanedAndDivided()
    {
        JsonElement statistics = Workplace.CallJson("data", "stats", "documents.jsonl", "--tokenizer", Workplace.Run);
        Assert.That(statistics.GetProperty("documents").GetInt32(), Is.EqualTo(3));
        Assert.That(statistics.GetProperty("documentsWithMeta").GetInt32(), Is.EqualTo(2));
        Assert.That(Workplace.Call("data", "stats", "train.txt"), Does.Contain("documents").And.Contain("median"));

        Workplace.Call("data", "clean", "documents.jsonl", "clean.jsonl", "--preset", "text8");
        Assert.That(File.ReadAllText(Workplace.PathOf("clean.jsonl")), Does.Contain("once there was a fox who lived"));

        JsonElement parts = Workplace.CallJson("data", "split", "train.txt", "most.txt=0.8", "rest.txt=0.2");
        Assert.That(parts.EnumerateArray().Sum(part => part.GetProperty("documents").GetInt32()), Is.GreaterThan(3));
        Assert.That(File.Exists(Workplace.PathOf("rest.txt")), Is.True);
    }

    [Test]
    public void ReportIsOnePage()
    {
        JsonElement made = Workplace.CallJson("report", Workplace.Run, "--out", "page.html", "--title", "A run");
        Assert.That(made.GetProperty("problems").GetArrayLength(), Is.Zero);
        Assert.That(File.ReadAllText(Workplace.PathOf("page.html")), Does.Contain("A run").And.Contain("valid/loss"));
    }

    [Test]
    public void EvalThresholdsPrintsTheTable()
    {
        string table = Workplace.Call("eval-thresholds", Workplace.Run, "--keep", "1,0.5", "--no-speed", "--out", "table.md");
        Assert.That(table, Does.Contain("perplexity").And.Contain("keep 0.5").And.Contain("own"));
        Assert.That(File.ReadAllText(Workplace.PathOf("table.md")), Does.StartWith("| model"));
        JsonElement rows = Workplace.CallJson("eval-thresholds", Workplace.Run, "--tau", "0.9", "--no-speed", "--baseline", Workplace.Run);
        Assert.That(rows.GetArrayLength(), Is.EqualTo(4));
    }

    [Test]
    public void ExportIsSmallAndLoads()
    {
        string checkpoint = Directory.GetFiles(Workplace.PathOf(Workplace.Run, "checkpoints"), "*.safetensors").Order().Last();
        JsonElement made = Workplace.CallJson("export", checkpoint, "exported");
        Assert.That(made.GetProperty("bytes").GetInt64(), Is.LessThan(0.35 * made.GetProperty("sourceBytes").GetInt64()));

        string[] generate = ["-p", "Once", "--greedy", "--max-new-tokens", "5"];
        Assert.That(Workplace.Call(["generate", "exported", .. generate]), Is.EqualTo(Workplace.Call(["generate", checkpoint, .. generate])));
    }

    [Test]
    public void DoctorTellsWhatIsUsed()
    {
        JsonElement found = Workplace.CallJson("doctor", "--set", "run.threads=1");
        Assert.That(found.GetProperty("threads").GetInt32(), Is.EqualTo(1));
        Assert.That(found.GetProperty("used").EnumerateArray().Select(line => line.GetString()), Has.Some.Contains("kernels"));
        Assert.That(Workplace.Call("doctor"), Does.Contain("processor").And.Contain("cuda").And.Contain("packages"));
    }

    [Test]
    public void ConfigExplainsShowsAndListsPresets()
    {
        string explained = Workplace.Call("config", "explain", "training");
        Assert.That(explained, Does.Contain("training.batchSize = 16").And.Contain("Sequences of a forward pass"));
        string shown = Workplace.Call("config", "show", "-c", "tinystories", "-c", "tefs/routed", "--set", "training.batchSize=3");
        Assert.That(shown, Does.Contain("batchSize: 3").And.Contain("kind: budget"));
        Assert.That(Workplace.Call("config", "presets"), Does.Contain("document_lm").And.Contain("gpt2_tef"));
    }

    [Test]
    public void CompletionKnowsVerbsOptionsAndSettings()
    {
        Assert.That(Workplace.Call("completion", "bash"), Does.Contain("[suggest:").And.Contain("complete"));
        Assert.That(Workplace.Call("[suggest:6]", "tef ge"), Does.Contain("generate"));
        Assert.That(Workplace.Call("[suggest:27]", "tef fit --set training.batc"), Does.Contain("training.batchSize="));
    }

    [Test]
    public void HelpOfEveryVerbSaysWhatItDoes()
    {
        string help = Workplace.Call("--help");
        foreach (System.CommandLine.Command verb in CommandRunner.Create().Subcommands)
        {
            Assert.That(help, Does.Contain(verb.Name));
            Assert.That(verb.Description, Is.Not.Empty);
            foreach (System.CommandLine.Option option in verb.Options)
                Assert.That(option.Description, Is.Not.Empty, $"{verb.Name} {option.Name}");
        }

        Assert.That(help, Does.Contain("130"));
        foreach (string[] verb in Verbs(CommandRunner.Create(), []))
            Assert.That(Workplace.Call([.. verb, "--help"]), Does.Contain("Usage:"), string.Join(' ', verb));
    }

    /// <summary>The words of every verb, from those of its parents on.</summary>
    private static IEnumerable<string[]> Verbs(System.CommandLine.Command command, string[] words) =>
        command.Subcommands.SelectMany(verb => Verbs(verb, [.. words, verb.Name]).Prepend([.. words, verb.Name]));
}
