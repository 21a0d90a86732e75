using Microsoft.ML;
using Tef.Core.Generation;
using Tef.MLNet;

namespace Tef.Tests.MLNet;

[TestFixture]
internal sealed class GenerateTextTests
{
    private sealed class Told
    {
        public string Continuation { get; set; } = "";
    }

    private sealed class ToldThrice
    {
        public string[] Continuation { get; set; } = [];
    }

    private MLContext _ml = null!;
    private ITransformer _model = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _ml = Pipelines.CreateContext();
        _model = Pipelines.Generating(_ml).Fit(Pipelines.Stories(_ml));
    }

    [OneTimeTearDown]
    public void Release() => (_model as IDisposable)?.Dispose();

    [Test]
    public void EngineAndTransformGiveTheSameTextsOverAThousandRows()
    {
        TextRow[] prompts = Prompts(1000);
        string[] transformed = [.. _ml.Data.CreateEnumerable<Told>(
            _model.Transform(_ml.Data.LoadFromEnumerable(prompts)), reuseRowObject: false).Select(row => row.Continuation)];
        PredictionEngine<TextRow, Told> engine = CreateEngine();
        string[] predicted = [.. prompts.Select(prompt => engine.Predict(prompt).Continuation)];
        Assert.That(predicted, Is.EqualTo(transformed));
        Assert.That(transformed.Distinct().Count(), Is.GreaterThan(500));

        // A text depends on its prompt, not on what came before it.
        string[] backwards = [.. prompts.Reverse().Select(prompt => engine.Predict(prompt).Continuation)];
        Assert.That(backwards.Reverse(), Is.EqualTo(transformed));
    }

    [Test]
    public void TwoThreadsWithAnEngineEachGiveTheSameAsOne()
    {
        TextRow[] prompts = Prompts(200);
        string[] one = Predict(prompts);
        string[][] two = new string[2][];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(i => new Thread(() => two[i] = Predict(prompts)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.That(two[0], Is.EqualTo(one));
        Assert.That(two[1], Is.EqualTo(one));
    }

    [Test]
    public void CursorsOfOneViewRunInParallel()
    {
        IDataView view = _model.Transform(_ml.Data.LoadFromEnumerable(Prompts(100)));
        string[][] texts = new string[4][];
        Parallel.For(0, texts.Length, i => texts[i] =
            [.. _ml.Data.CreateEnumerable<Told>(view, reuseRowObject: false).Select(row => row.Continuation)]);
        Assert.That(texts, Has.All.EqualTo(texts[0]));
    }

    [Test]
    public void OtherSeedsGiveOtherTexts()
    {
        ITransformer other = Pipelines.Generating(_ml, Pipelines.ShortTexts with { Seed = 7 }).Fit(Pipelines.Stories(_ml));
        IDataView prompts = _ml.Data.LoadFromEnumerable(Prompts(20));
        Assert.That(Texts(other.Transform(prompts)), Is.Not.EqualTo(Texts(_model.Transform(prompts))));
    }

    [Test]
    public void SeveralSequencesMakeAVector()
    {
        GenerationOptions options = Pipelines.ShortTexts with { ReturnSequences = 3 };
        ITransformer model = Pipelines.Generating(_ml, options).Fit(Pipelines.Stories(_ml));
        IDataView prompts = _ml.Data.LoadFromEnumerable(Prompts(5));
        ToldThrice[] rows = [.. _ml.Data.CreateEnumerable<ToldThrice>(model.Transform(prompts), reuseRowObject: false)];
        Assert.That(rows, Has.All.Matches<ToldThrice>(row => row.Continuation.Length == 3));
        Assert.That(rows.SelectMany(row => row.Continuation).Distinct().Count(), Is.GreaterThan(5));
    }

    [Test]
    public void TokensPromptAsTheTextOfADocumentDoes()
    {
        var options = new TokenizeTextOptions { VocabularySize = Pipelines.VocabularySize, AddBegin = true };
        ITransformer model = _ml.Transforms.TokenizeText("Tokens", "Text", options)
            .Append(_ml.Transforms.TefGpt2("Tokens", Pipelines.SmallModel))
            .Append(_ml.Transforms.GenerateText("Continuation", Pipelines.ShortTexts, "Tokens"))
            .Fit(Pipelines.Stories(_ml));
        IDataView prompts = _ml.Data.LoadFromEnumerable(Prompts(10));
        Assert.That(Texts(model.Transform(prompts)), Is.EqualTo(Texts(_model.Transform(prompts))));
    }

    [Test]
    public void EmptyPromptBeginsADocument()
    {
        string text = CreateEngine().Predict(new TextRow { Text = "" }).Continuation;
        Assert.That(text, Is.Not.Empty);
        Assert.That(text, Does.Not.Contain(TextTokenizer.DefaultEndOfText));
    }

    [Test]
    public void LongPromptsContinueFromTheirEndOrAreAnError()
    {
        string story = string.Join(" ", Corpus.Stories(20).Select(row => row.Text));
        Assert.That(CreateEngine().Predict(new TextRow { Text = story }).Continuation, Is.Not.Empty);

        ITransformer strict = Pipelines.Scoring(_ml)
            .Append(_ml.Transforms.GenerateText("Continuation", Pipelines.ShortTexts, longPrompts: LongPrompts.Error))
            .Fit(Pipelines.Stories(_ml));
        IDataView prompts = _ml.Data.LoadFromEnumerable(new[] { new TextRow { Text = story } });
        Assert.That(
            () => Texts(strict.Transform(prompts)),
            Throws.InvalidOperationException.With.Message.Contains("context is 32").And.Message.Contains("MaxNewTokens"));
    }

    [Test]
    public void MoreNewTokensThanTheContextHolds()
    {
        Assert.That(
            () => Pipelines.Generating(_ml, Pipelines.ShortTexts with { MaxNewTokens = 33 }).Fit(Pipelines.Stories(_ml)),
            Throws.InvalidOperationException.With.Message.Contains("33 new tokens").And.Message.Contains("context is 32"));
    }

    [Test]
    public void OptionsOutOfRange() => Assert.That(
        () => _ml.Transforms.GenerateText("Continuation", new GenerationOptions { Temperature = 0 }),
        Throws.InstanceOf<ArgumentException>().With.Message.Contains("Temperature"));

    private static TextRow[] Prompts(int count) =>
        [.. Corpus.Stories(count, seed: 3).Select(row => new TextRow { Text = row.Text[..(row.Text.Length / 3)] })];

    private PredictionEngine<TextRow, Told> CreateEngine() =>
        _ml.Model.CreatePredictionEngine<TextRow, Told>(_model);

    private string[] Predict(TextRow[] prompts)
    {
        using PredictionEngine<TextRow, Told> engine = CreateEngine();
        return [.. prompts.Select(prompt => engine.Predict(prompt).Continuation)];
    }

    private string[] Texts(IDataView view) =>
        [.. _ml.Data.CreateEnumerable<Told>(view, reuseRowObject: false).Select(row => row.Continuation)];
}
