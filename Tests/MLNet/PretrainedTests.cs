using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Backends.Torch;
using Tef.Core.Filtering;
using Tef.Core.HuggingFace;
using Tef.Core.Models;
using Tef.Core.Safetensors;
using Tef.Core.Training;
using Tef.MLNet;

namespace Tef.Tests.MLNet;

/// <summary>From a trained pipeline to a folder of the hub's form, and from the folder to pipelines.</summary>
[TestFixture]
internal sealed class PretrainedTests
{
    private sealed class Scored
    {
        public float Loss { get; set; }

        public float[] KeptShare { get; set; } = [];
    }

    private static readonly TextRow[] s_rows = Corpus.Stories(6, seed: 9);

    private TemporaryFolder _folder = null!;
    private string _path = null!;
    private float[] _losses = null!;

    [OneTimeSetUp]
    public void TrainAndSave()
    {
        _folder = new TemporaryFolder();
        _path = _folder.File("hub");
        MLContext ml = CreateContext();
        TransformerChain<LanguageModelTransformer> model = Pipelines.Scoring(ml, new TefGpt2Options
        {
            Layers = 3,
            Width = 32,
            Heads = 2,
            Context = 40,
            Training = new TrainingOptions { Epochs = 0, MaxSteps = 10, BatchSize = 8 },
        }).Fit(Pipelines.Stories(ml));
        _losses = [.. Score(ml, model).Select(row => row.Loss)];
        model.LastTransformer.SavePretrained(_path, model.OfType<TextTokenizingTransformer>().Single().Tokenizer);
        model.Dispose();
    }

    [OneTimeTearDown]
    public void Release() => _folder.Dispose();

    [Test]
    public void AFolderScoresAsItIs()
    {
        MLContext ml = CreateContext();
        using TransformerChain<LanguageModelTransformer> model = Pretrained(ml, new TefGpt2Options { Pretrained = _path, SkipTraining = true })
            .Fit(Pipelines.Stories(ml, count: 1));

        Assert.That(Score(ml, model).Select(row => row.Loss), Is.EqualTo(_losses));
        Assert.That(model.LastTransformer.TrainingResult.Steps, Is.Zero);
        Assert.That(
            Directory.GetFiles(_path).Select(Path.GetFileName),
            Is.EquivalentTo(["config.json", "model.safetensors", "vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json"]));
    }

    [Test]
    public void TrainingGoesOnWithFiltersAddedAndSurvivesTheZip()
    {
        MLContext ml = CreateContext();
        IDataView stories = Pipelines.Stories(ml);
        using TransformerChain<LanguageModelTransformer> model = Pretrained(ml, new TefGpt2Options
        {
            Pretrained = _path,
            Tef = TefOptions.Routed(0.5f) with { MaskWarmupSteps = 2 },
            Training = new TrainingOptions { Epochs = 0, MaxSteps = 40, BatchSize = 8, WarmupSteps = 2 },
        }).Fit(stories);
        Scored[] rows = Score(ml, model);
        Assert.That(rows.Select(row => row.KeptShare[^1]), Has.Some.LessThan(1));
        Assert.That(rows.Average(row => row.Loss), Is.LessThan(_losses.Average()));

        ml.Model.Save(model, stories.Schema, _folder.File("model.zip"));
        MLContext fresh = CreateContext();
        ITransformer loaded = fresh.Model.Load(_folder.File("model.zip"), out _);
        Assert.That(Score(fresh, loaded).Select(row => row.Loss), Is.EqualTo(rows.Select(row => row.Loss)));
    }

    [Test]
    public void OptionsThatContradictTheFolderAreErrors()
    {
        MLContext ml = CreateContext();
        Assert.That(
            () => ml.Transforms.TefGpt2("Tokens", new TefGpt2Options { Pretrained = _path, Width = 64 }),
            Throws.ArgumentException.With.Message.Contains("Width is 64").And.Message.Contains("has 32"));
        Assert.That(
            () => ml.Transforms.TefGpt2(
                "Tokens", new TefGpt2Options { Pretrained = _path, Architecture = new() { Norm = NormKind.RmsNorm } }),
            Throws.ArgumentException.With.Message.Contains("Architecture").And.Message.Contains("RmsNorm"));
        Assert.That(
            () => ml.Transforms.TefGpt2(
                "Tokens", new TefGpt2Options { Pretrained = _path, SkipTraining = true, Architecture = new() { BlockDropout = 0.3f } }),
            Throws.Nothing, "dropout is no part of what is stored");
        Assert.That(
            () => ml.Transforms.TefGpt2("Tokens", new TefGpt2Options { Pretrained = _path, Training = new() { SequenceLength = 41 } }),
            Throws.ArgumentException.With.Message.Contains("41"));
        Assert.That(
            () => ml.Transforms.TefGpt2("Tokens", new TefGpt2Options { SkipTraining = true }),
            Throws.ArgumentException.With.Message.Contains("Pretrained"));
        Assert.That(
            () => ml.Transforms.TefGpt2("Tokens", new TefGpt2Options { Pretrained = _folder.File("nowhere") }),
            Throws.TypeOf<DirectoryNotFoundException>());
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Text", new TokenizeTextOptions { Pretrained = _path, VocabularyPath = "a", MergesPath = "b" }),
            Throws.ArgumentException.With.Message.Contains("Pretrained"));
    }

    [Test]
    public void AnotherVocabularyIsAnError()
    {
        MLContext ml = CreateContext();
        EstimatorChain<LanguageModelTransformer> pipeline = ml.Transforms.TokenizeText("Tokens", "Text", vocabularySize: 300)
            .Append(ml.Transforms.TefGpt2("Tokens", new TefGpt2Options { Pretrained = _path, SkipTraining = true }));
        Assert.That(
            () => pipeline.Fit(Pipelines.Stories(ml)),
            Throws.InvalidOperationException.With.Message.Contains("TokenizeTextOptions.Pretrained"));
    }

    [Test]
    public void HalfPrecisionAndTheEndOfTextAreWritten()
    {
        MLContext ml = CreateContext();
        using TransformerChain<LanguageModelTransformer> model = Pretrained(ml, new TefGpt2Options { Pretrained = _path, SkipTraining = true })
            .Fit(Pipelines.Stories(ml, count: 1));
        TextTokenizer tokenizer = model.OfType<TextTokenizingTransformer>().Single().Tokenizer;
        string half = _folder.File("half");
        model.LastTransformer.SavePretrained(half, tokenizer, SafetensorsType.F16);

        Assert.That(File.ReadAllText(Path.Combine(half, "config.json")), Does.Contain($"\"eos_token_id\": {tokenizer.EndOfTextId}"));
        Assert.That(HubFolder.LoadVocabulary(half).Tokens, Is.EqualTo(tokenizer.Vocabulary.Tokens));
        using TransformerChain<LanguageModelTransformer> again = Pretrained(ml, new TefGpt2Options { Pretrained = half, SkipTraining = true })
            .Fit(Pipelines.Stories(ml, count: 1));
        Assert.That(Score(ml, again).Select(row => row.Loss), Is.EqualTo(_losses).Within(0.01));
    }

    private EstimatorChain<LanguageModelTransformer> Pretrained(MLContext ml, TefGpt2Options options) =>
        ml.Transforms.TokenizeText("Tokens", "Text", new TokenizeTextOptions { Pretrained = _path })
            .Append(ml.Transforms.TefGpt2("Tokens", options));

    private static MLContext CreateContext() => new MLContext(seed: 42).UseTef(tef => tef.AddTorch());

    private static Scored[] Score(MLContext ml, ITransformer model) =>
        [.. ml.Data.CreateEnumerable<Scored>(model.Transform(ml.Data.LoadFromEnumerable(s_rows)), reuseRowObject: false)];
}
