using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Models;
using Tef.Core.Training;
using Tef.MLNet;
using Tef.Tests.MLNet.Fakes;

namespace Tef.Tests.MLNet;

[TestFixture]
internal sealed class LanguageModelTests
{
    private sealed class ScoredRow
    {
        public int[] Tokens { get; set; } = [];

        public float Loss { get; set; }

        public float Perplexity { get; set; }

        public float[] KeptShare { get; set; } = [];

        public float[] Gates { get; set; } = [];
    }

    private sealed class Recorder : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Reports { get; } = [];

        public Action<TrainingProgress>? OnReport { get; init; }

        public void Report(TrainingProgress value)
        {
            Reports.Add(value);
            OnReport?.Invoke(value);
        }
    }

    [Test]
    public void ColumnsSayWhatTheModelSays()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        TransformerChain<LanguageModelTransformer> chain = Pipelines.Scoring(ml).Fit(rows);
        ILanguageModel model = chain.LastTransformer.Model;
        int compared = 0;
        foreach (ScoredRow row in ml.Data.CreateEnumerable<ScoredRow>(chain.Transform(rows), reuseRowObject: false))
        {
            if (row.Tokens.Length > model.Options.Context)
                continue;
            SequenceScore score = model.Score(row.Tokens);
            Assert.That(row.Loss, Is.EqualTo((float)score.Loss));
            Assert.That(row.Perplexity, Is.EqualTo((float)score.Perplexity));
            Assert.That(row.KeptShare, Is.EqualTo(score.KeptShare));
            Assert.That(row.Gates, Is.EqualTo(score.Gates[BigramModel.FilteredLayer]));
            compared++;
        }

        Assert.That(compared, Is.GreaterThan(10));
    }

    [Test]
    public void LongRowsAreScoredInWindowsThatPredictEveryTokenOnce()
    {
        MLContext ml = Pipelines.CreateContext();
        TransformerChain<LanguageModelTransformer> chain = Pipelines.Scoring(ml).Fit(Pipelines.Stories(ml));
        var model = (BigramModel)chain.LastTransformer.Model;
        IDataView rows = ml.Data.LoadFromEnumerable(
            Corpus.Stories(90, seed: 9).Chunk(3).Select(stories => new TextRow { Text = string.Concat(stories.Select(row => row.Text)) }));
        ScoredRow[] scored = [.. ml.Data.CreateEnumerable<ScoredRow>(chain.Transform(rows), reuseRowObject: false)];
        Assert.That(scored, Has.Some.Matches<ScoredRow>(row => row.Tokens.Length > 2 * model.Options.Context));
        foreach (ScoredRow row in scored)
        {
            double nats = 0;
            for (int i = 0; i + 1 < row.Tokens.Length; i++)
                nats -= model.LogProbability(row.Tokens[i], row.Tokens[i + 1]);
            Assert.That(row.Loss, Is.EqualTo(nats / (row.Tokens.Length - 1)).Within(1e-4));
            Assert.That(row.Gates, Is.EqualTo(row.Tokens.Select(BigramModel.GateOf)));
            Assert.That(row.KeptShare[0], Is.EqualTo(1).Within(1e-6));
            Assert.That(
                row.KeptShare[BigramModel.FilteredLayer],
                Is.EqualTo(row.Gates.Count(gate => gate > 0.25f) / (double)row.Tokens.Length).Within(1e-6));
        }
    }

    [Test]
    public void LongRowsCanBeAnError()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        TransformerChain<LanguageModelTransformer> chain =
            Pipelines.Scoring(ml, Pipelines.SmallModel with { LongRows = LongRows.Error }).Fit(rows);
        Assert.That(
            () => ml.Data.CreateEnumerable<ScoredRow>(chain.Transform(rows), false).Count(),
            Throws.InvalidOperationException.With.Message.Contains("context is 32").And.Message.Contains("MaxLength"));
    }

    [Test]
    public void RowsThatPredictNothingHaveNoLoss()
    {
        MLContext ml = Pipelines.CreateContext();
        TransformerChain<LanguageModelTransformer> chain = Pipelines.Scoring(ml).Fit(Pipelines.Stories(ml));
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new TextRow { Text = "" }, new TextRow { Text = "a" } });
        ScoredRow[] scored = [.. ml.Data.CreateEnumerable<ScoredRow>(chain.Transform(rows), reuseRowObject: false)];
        Assert.That(scored, Has.All.Matches<ScoredRow>(row => float.IsNaN(row.Loss) && float.IsNaN(row.Perplexity)));
        Assert.That(scored[0].KeptShare, Has.All.NaN);
        Assert.That(scored[1].KeptShare[0], Is.EqualTo(1));
    }

    [Test]
    public void TrainingSeesDocumentsEndedByEndOfText()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml, 50);
        TransformerChain<LanguageModelTransformer> chain =
            Pipelines.Scoring(ml, Pipelines.SmallModel with { ValidationShare = 0 }).Fit(rows);
        LanguageModelTransformer transformer = chain.LastTransformer;
        Assert.That(transformer.TrainingResult.End, Is.EqualTo(TrainingEnd.Completed));
        Assert.That(transformer.TrainingResult.Validation, Is.Null);

        EvaluationResult evaluation = transformer.Evaluate(chain.Transform(rows));
        long bytes = Corpus.Stories(50).Sum(row => (long)System.Text.Encoding.UTF8.GetByteCount(row.Text));
        int tokens = ml.Data.CreateEnumerable<ScoredRow>(chain.Transform(rows), reuseRowObject: false).Sum(row => row.Tokens.Length);
        Assert.That(evaluation.TextBytes, Is.EqualTo(bytes));
        Assert.That(evaluation.Tokens, Is.EqualTo(tokens + 50));
        Assert.That(evaluation.BitsPerByte, Is.EqualTo(evaluation.TotalNats / Math.Log(2) / bytes));
    }

    [Test]
    public void ValidationRowsComeFromTheShareOrFromTheCaller()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        TrainingResult shared = Train(ml, rows, Pipelines.SmallModel with { ValidationShare = 0.2 });
        long all = Corpus.Stories(200).Sum(row => (long)System.Text.Encoding.UTF8.GetByteCount(row.Text));
        Assert.That(shared.Validation!.TextBytes, Is.InRange(all / 10, all * 3 / 10));

        IDataView valid = Pipelines.Stories(ml, 20, seed: 7);
        TrainingResult given = Train(ml, rows, Pipelines.SmallModel with { Validation = valid });
        Assert.That(
            given.Validation!.TextBytes,
            Is.EqualTo(Corpus.Stories(20, 7).Sum(row => (long)System.Text.Encoding.UTF8.GetByteCount(row.Text))));

        TextTokenizingTransformer tokenizing = ml.Transforms.TokenizeText("Tokens", "Text", Pipelines.VocabularySize).Fit(rows);
        IDataView tokens = ml.Transforms.SelectColumns("Tokens").Fit(tokenizing.Transform(valid)).Transform(tokenizing.Transform(valid));
        TrainingResult tokenized = Train(ml, rows, Pipelines.SmallModel with { Validation = tokens });
        Assert.That(tokenized.Validation!.TotalNats, Is.EqualTo(given.Validation.TotalNats));
    }

    [Test]
    public void SameSeedGivesTheSameSplitOtherSeedsOthers()
    {
        static long Split(int contextSeed, int? seed)
        {
            MLContext ml = Pipelines.CreateContext(contextSeed);
            TefGpt2Options options = Pipelines.SmallModel with { Seed = seed, ValidationShare = 0.3 };
            return Train(ml, Pipelines.Stories(ml), options).Validation!.TextBytes;
        }

        long first = Split(1, null);
        Assert.That(Split(1, null), Is.EqualTo(first));
        Assert.That(new[] { first, Split(2, null), Split(3, null) }.Distinct().Count(), Is.GreaterThan(1));
        Assert.That(Split(1, 5), Is.EqualTo(Split(2, 5)));
    }

    [Test]
    public void ProgressAndLogTellOfTheRun()
    {
        MLContext ml = Pipelines.CreateContext();
        var messages = new List<string>();
        ml.Log += (_, message) => messages.Add(message.Message);
        var recorder = new Recorder();
        TrainingResult result = Train(ml, Pipelines.Stories(ml), Pipelines.SmallModel with { Progress = recorder });
        Assert.That(recorder.Reports, Has.Count.EqualTo(result.Steps));
        Assert.That(recorder.Reports[^1].Completed, Is.EqualTo(1));
        Assert.That(messages, Has.One.Contains("with backend bigram"));
        Assert.That(messages, Has.Some.Contains("validation loss"));
        Assert.That(messages, Has.One.Contains("Training ended after"));
    }

    [Test]
    public void CancelledTrainingReturnsTheModelSoFar()
    {
        MLContext ml = Pipelines.CreateContext();
        using var cancellation = new CancellationTokenSource();
        var recorder = new Recorder { OnReport = report => { if (report.Step == 3) cancellation.Cancel(); } };
        TefGpt2Options options = Pipelines.SmallModel with { Progress = recorder, Cancellation = cancellation.Token };
        IDataView rows = Pipelines.Stories(ml);
        TransformerChain<LanguageModelTransformer> chain = Pipelines.Scoring(ml, options).Fit(rows);
        Assert.That(chain.LastTransformer.TrainingResult.End, Is.EqualTo(TrainingEnd.Cancelled));
        Assert.That(chain.LastTransformer.TrainingResult.Steps, Is.EqualTo(3));
        Assert.That(
            ml.Data.CreateEnumerable<ScoredRow>(chain.Transform(rows), false).First().Loss,
            Is.LessThan(Math.Log(chain.LastTransformer.Model.Options.VocabularySize)));
    }

    [Test]
    public void TrainingCancelledBeforeItBegan()
    {
        MLContext ml = Pipelines.CreateContext();
        TefGpt2Options options = Pipelines.SmallModel with { Cancellation = new CancellationToken(canceled: true) };
        TrainingResult result = Train(ml, Pipelines.Stories(ml), options);
        Assert.That(result.End, Is.EqualTo(TrainingEnd.Cancelled));
        Assert.That(result.Steps, Is.Zero);
    }

    [Test]
    public void OptionsOutOfRange()
    {
        MLContext ml = Pipelines.CreateContext();
        TefGpt2Options small = Pipelines.SmallModel;
        Assert.That(
            () => ml.Transforms.TefGpt2("Tokens", small with { Training = small.Training with { LearningRate = -1e-3 } }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("LearningRate").And.Message.Contains("-0.001"));
        Assert.That(
            () => ml.Transforms.TefGpt2("Tokens", small with { Training = small.Training with { SequenceLength = 64 } }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("SequenceLength").And.Message.Contains("64 is more than 32"));
        Assert.That(
            () => ml.Transforms.TefGpt2("Tokens", small with { Heads = 3 }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("Width must be a multiple of Heads"));
        Assert.That(
            () => ml.Transforms.TefGpt2("Tokens", small with { ValidationShare = 1 }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("ValidationShare"));
    }

    [Test]
    public void TooLittleText()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new TextRow { Text = "so short" } });
        Assert.That(
            () => Pipelines.Scoring(ml, Pipelines.SmallModel with { ValidationShare = 0 }).Fit(rows),
            Throws.InvalidOperationException.With.Message.Contains("needs at least 33 tokens").And.Message.Contains("Context"));
    }

    [Test]
    public void AnotherTokenizerThanInTraining()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        LanguageModelTransformer transformer = Pipelines.Scoring(ml).Fit(rows).LastTransformer;
        IDataView smaller = ml.Transforms.TokenizeText("Tokens", "Text", vocabularySize: 300).Fit(rows).Transform(rows);
        Assert.That(
            () => transformer.Transform(smaller),
            Throws.InvalidOperationException.With.Message.Contains("vocabulary of 340").And.Message.Contains("has 300"));

        IDataView others = ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 3000).Select(i => new TextRow { Text = $"number {i * 7919 % 100003} and {i}" }));
        IDataView sameSize = ml.Transforms.TokenizeText("Tokens", "Text", Pipelines.VocabularySize).Fit(others).Transform(others);
        Assert.That(() => transformer.Transform(sameSize), Throws.InvalidOperationException.With.Message.Contains("another vocabulary"));
    }

    private static TrainingResult Train(MLContext ml, IDataView rows, TefGpt2Options options) =>
        Pipelines.Scoring(ml, options).Fit(rows).LastTransformer.TrainingResult;
}
