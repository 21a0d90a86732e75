using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Backends.Torch;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;
using Tef.MLNet;

namespace Tef.Tests.MLNet;

/// <summary>The whole line with real models: trains, scores, generates, saves and loads.</summary>
[TestFixture]
internal sealed class TorchPipelineTests
{
    private sealed class Told
    {
        public string Continuation { get; set; } = "";

        public float Loss { get; set; }

        public float[] KeptShare { get; set; } = [];

        public float[] Gates { get; set; } = [];

        public bool[] Kept { get; set; } = [];
    }

    private TemporaryFolder _folder = null!;
    private MLContext _ml = null!;
    private TransformerChain<TextGeneratingTransformer> _model = null!;

    private static TefGpt2Options Routed => new()
    {
        Layers = 4,
        Width = 32,
        Heads = 2,
        Context = 48,
        Dropout = 0,
        Tef = TefOptions.Routed(keep: 0.5f) with { MaskWarmupSteps = 5 },
        GatesColumnName = "Gates",
        KeptColumnName = "Kept",
        Training = new TrainingOptions { Epochs = 0, MaxSteps = 40, BatchSize = 8, LearningRate = 3e-3, WarmupSteps = 5 },
    };

    [OneTimeSetUp]
    public void Train()
    {
        _folder = new TemporaryFolder();
        _ml = CreateContext();
        IDataView rows = Pipelines.Stories(_ml);
        _model = CreatePipeline(_ml, Routed).Fit(rows);
        _ml.Model.Save(_model, rows.Schema, _folder.File("model.zip"));
    }

    [OneTimeTearDown]
    public void Release()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void TrainingLearns()
    {
        LanguageModelTransformer transformer = _model.OfType<LanguageModelTransformer>().Single();
        double uniform = Math.Log(transformer.Model.Options.VocabularySize);
        Assert.That(transformer.TrainingResult.End, Is.EqualTo(TrainingEnd.Completed));
        Assert.That(transformer.TrainingResult.Steps, Is.EqualTo(40));
        Assert.That(transformer.TrainingResult.Validation!.Loss, Is.LessThan(0.8 * uniform));

        // What validation measured while training is what the model measures afterwards.
        IDataView stories = Pipelines.Stories(_ml, 30, seed: 4);
        EvaluationResult evaluation = transformer.Evaluate(_model.Transform(stories));
        Assert.That(evaluation.Loss, Is.LessThan(0.8 * uniform));
        Assert.That(evaluation.BitsPerByte, Is.Positive);
    }

    [Test]
    public void RowsSayWhatTheFilteredBlocksKept()
    {
        Told[] rows = Transform(_ml, _model, Corpus.Stories(10, seed: 4));
        foreach (Told row in rows)
        {
            Assert.That(row.Loss, Is.Positive.And.LessThan(10));
            Assert.That(row.KeptShare, Has.Length.EqualTo(4));
            Assert.That(row.KeptShare[0], Is.EqualTo(1));
            Assert.That(row.KeptShare[1], Is.EqualTo(1));
            Assert.That(row.KeptShare[3], Is.GreaterThan(0).And.LessThan(1));
            Assert.That(row.Gates, Has.All.InRange(0, 1));
            Assert.That(row.Kept, Has.Length.EqualTo(row.Gates.Length));
            Assert.That(row.Kept.Count(kept => kept) / (float)row.Kept.Length, Is.EqualTo(row.KeptShare[3]).Within(1e-5), "the one filtered block");
        }
    }

    [Test]
    public void LoadedPipelineGivesTheSameTextsInViewsEnginesAndThreads()
    {
        TextRow[] prompts = [.. Corpus.Stories(1000, seed: 5).Select(row => new TextRow { Text = row.Text[..(row.Text.Length / 4)] })];
        string[] before = [.. Transform(_ml, _model, prompts).Select(row => row.Continuation)];
        Assert.That(before.Distinct().Count(), Is.GreaterThan(500));

        MLContext fresh = CreateContext();
        ITransformer loaded = fresh.Model.Load(_folder.File("model.zip"), out DataViewSchema schema);
        Assert.That(Transform(fresh, loaded, prompts).Select(row => row.Continuation), Is.EqualTo(before));

        string[][] predicted = new string[2][];
        Thread[] threads = [.. predicted.Select((_, i) => new Thread(() =>
        {
            using PredictionEngine<TextRow, Told> engine = fresh.Model.CreatePredictionEngine<TextRow, Told>(loaded, schema);
            predicted[i] = [.. prompts.Select(prompt => engine.Predict(prompt).Continuation)];
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.That(predicted, Has.All.EqualTo(before));
    }

    [Test]
    public void SameSeedTrainsTheSameModel()
    {
        MLContext ml = CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        TransformerChain<TextGeneratingTransformer> again = CreatePipeline(ml, Routed).Fit(rows);
        Assert.That(Weights(again), Is.EqualTo(Weights(_model)));
    }

    [Test]
    public void CancelledTrainingKeepsTheBestWeights()
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new StepProgress(report => { if (report.Step == 12) cancellation.Cancel(); });
        TefGpt2Options options = Routed with
        {
            Progress = progress,
            Cancellation = cancellation.Token,
            Training = Routed.Training with { ValidationInterval = 4 },
        };
        MLContext ml = CreateContext();
        LanguageModelTransformer transformer = CreatePipeline(ml, options).Fit(Pipelines.Stories(ml))
            .OfType<LanguageModelTransformer>().Single();
        Assert.That(transformer.TrainingResult.End, Is.EqualTo(TrainingEnd.Cancelled));
        Assert.That(transformer.TrainingResult.Steps, Is.EqualTo(12));
        double best = progress.Reports.Where(report => report.Validation is not null).Min(report => report.Validation!.Loss);
        Assert.That(transformer.TrainingResult.Validation!.Loss, Is.LessThanOrEqualTo(best + 1e-6));
    }

    [Test]
    public void SelectorsThatLookAheadCannotGenerate()
    {
        MLContext ml = CreateContext();
        TefGpt2Options options = Routed with { Tef = TefOptions.Seed(0.9f), Training = Routed.Training with { MaxSteps = 2 } };
        ITransformer model = CreatePipeline(ml, options).Fit(Pipelines.Stories(ml));
        Assert.That(
            () => Transform(ml, model, Corpus.Stories(1)),
            Throws.InvalidOperationException.With.Message.Contains(nameof(CumulativeShare)));
    }

    private static MLContext CreateContext() => new MLContext(seed: 42).UseTef(tef => tef.AddTorch());

    private static EstimatorChain<TextGeneratingTransformer> CreatePipeline(MLContext ml, TefGpt2Options options) =>
        Pipelines.Scoring(ml, options).Append(ml.Transforms.GenerateText("Continuation", Pipelines.ShortTexts));

    private static Told[] Transform(MLContext ml, ITransformer model, TextRow[] rows) =>
        [.. ml.Data.CreateEnumerable<Told>(model.Transform(ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false)];

    private static byte[] Weights(TransformerChain<TextGeneratingTransformer> chain)
    {
        ILanguageModel model = chain.OfType<LanguageModelTransformer>().Single().Model;
        using var stream = new MemoryStream();
        model.SaveWeights(stream);
        return stream.ToArray();
    }

    private sealed class StepProgress(Action<TrainingProgress> onReport) : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Reports { get; } = [];

        public void Report(TrainingProgress value)
        {
            Reports.Add(value);
            onReport(value);
        }
    }
}
