using System.Text.Json;
using Tef.Core.Tokenization;

namespace Tef.Tests.Cli;

/// <summary>SentencePiece vocabularies serve wherever byte-level ones do.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class SentencePieceTests
{
    [TestCase("SentencePieceUnigram")]
    [TestCase("sentencePieceBpe")]
    public void TokenizerTrainsEncodesAndDecodes(string kind)
    {
        string folder = $"words-{kind}", model = Path.Combine(folder, "tokenizer.model");
        JsonElement trained = Workplace.CallJson("tokenizer", "train", "train.txt", "--out", folder, "--kind", kind, "--vocabulary", "400");
        Assert.That(trained.GetProperty("kind").GetString(), Is.EqualTo(kind).IgnoreCase);
        Assert.That(trained.GetProperty("tokens").GetInt32(), Is.InRange(300, 400));
        foreach (string tokenizer in (string[])[folder, model])
        {
            string ids = Workplace.Call("tokenizer", "encode", tokenizer, "Once upon a time, été.");
            Assert.That(Workplace.CallWithInput(ids, "tokenizer", "decode", tokenizer), Is.EqualTo("Once upon a time, été."));
        }

        JsonElement words = Workplace.CallJson("tokenizer", "encode", model, "Once upon<|endoftext|>");
        Assert.That(words.GetProperty("tokens").EnumerateArray().Last().GetString(), Is.EqualTo("<|endoftext|>"));
        Assert.That(Workplace.Call("data", "stats", "train.txt", "--tokenizer", model), Does.Contain("0 unknown"));
    }

    [Test]
    public void OptionsOfTheConfigurationHold()
    {
        Workplace.Call(
            "tokenizer", "train", "train.txt", "--out", "few-words", "--kind", "SentencePieceBpe", "--set", "tokenizer.vocabularySize=120",
            "--set", "tokenizer.sentencePiece.byteFallback=false", "--set", "tokenizer.specialTokens=['<|fox|>']", "--end-of-text", "<end>");
        var model = SentencePieceVocabulary.Load(Workplace.PathOf("few-words", "tokenizer.model"));
        Assert.That(model.ByteFallback, Is.False);
        Assert.That(model.Pieces, Has.Count.EqualTo(120));
        Assert.That(model.Pieces[model.EndId].Text, Is.EqualTo("<end>"));
        Assert.That(model.Pieces.Single(piece => piece.Type == SentencePieceType.UserDefined).Text, Is.EqualTo("<|fox|>"));
    }

    [TestCase("SentencePieceUnigram", "")]
    [TestCase("SentencePieceBpe", "own")]
    public void ARunTrainsAndUsesOne(string kind, string path)
    {
        string run = $"pieces-{kind}", exported = $"exported-{kind}";
        string[] tokenizer = ["--set", $"tokenizer.kind={kind}"];
        if (path.Length > 0)
        {
            Workplace.Call("tokenizer", "train", "train.txt", "--out", path, "--kind", kind, "--vocabulary", "380", "--end-of-text", "</s>");
            tokenizer = ["--set", $"tokenizer.path={path}/tokenizer.model"];
        }

        string output = Workplace.Call(
        [
            "fit", "-c", "tinystories", "-c", "tefs/routed", "--set", "data.train=train.txt", "--set", "data.valid=valid.txt",
            .. Workplace.Tiny, "--set", "tokenizer.vocabularySize=400", .. tokenizer, "--set", "generation.maxNewTokens=8",
            "--set", "run.prompts=['Once upon a time']", "--out", run,
        ]);
        Assert.That(output, Does.Contain(path.Length > 0 ? "SentencePiece BPE, 380 tokens" : "SentencePiece Unigram"));
        Assert.That(File.ReadAllText(Workplace.PathOf(run, "generated.txt")), Does.Contain("Once upon a time"));

        double there = Workplace.CallJson("validate", run).GetProperty("loss").GetDouble();
        string checkpoints = Path.Combine(run, "checkpoints");
        Assert.That(Workplace.CallJson("validate", checkpoints).GetProperty("loss").GetDouble(), Is.EqualTo(there).Within(1e-5));
        Assert.That(Workplace.Call("predict", run, "documents.jsonl").Split('\n'), Has.Length.EqualTo(3));
        JsonElement seen = Workplace.CallJson("inspect", run, "--text", "Once upon a time");
        IEnumerable<string?> words = seen.GetProperty("tokens").EnumerateArray().Select(token => token.GetProperty("text").GetString());
        Assert.That(string.Concat(words), Is.EqualTo(path.Length > 0 ? "</s> Once upon a time" : "<|endoftext|> Once upon a time"));

        Workplace.Call("export", run, exported);
        string[] files = [.. Directory.GetFiles(Workplace.PathOf(exported)).Select(file => Path.GetFileName(file)!).Order()];
        Assert.That(files, Is.EqualTo(new[] { "config.json", "model.safetensors", "tokenizer.model", "tokenizer_config.json" }));
        string[] generate = ["-p", "Once upon a time", "--seed", "4", "--max-new-tokens", "12"];
        string text = Workplace.Call(["generate", run, .. generate]);
        Assert.That(text, Does.StartWith("Once upon a time"));
        Assert.That(Workplace.Call(["generate", exported, .. generate, "-c", Workplace.PathOf(run, "config.yaml")]), Is.EqualTo(text));
        JsonElement whole = Workplace.CallJson(["generate", run, .. generate]);
        Assert.That(whole.GetProperty("sequences")[0].GetProperty("text").GetString(), Is.EqualTo(text), "streamed as it is at once");
    }
}
