using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tef.Tests.MicrosoftML;

public sealed class PredictionEngineTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _stories;
    private readonly LengthTransformer _length = new(10);

    public PredictionEngineTests()
    {
        _stories = _ml.Data.LoadFromEnumerable(Story.Some(100));
    }

    private ITransformer Model => _ml.Transforms.CopyColumns("Copy", "Text")
        .Append(_length)
        .Append(_ml.Transforms.CustomMapping(new UppercaseFactory().GetMapping(), UppercaseFactory.Contract))
        .Fit(_stories);

    [Test]
    public void GivesWhatTransformGives()
    {
        using PredictionEngine<Story, Result> engine = _ml.Model.CreatePredictionEngine<Story, Result>(Model);
        Result[] transformed = [.. _ml.Data.CreateEnumerable<Result>(Model.Transform(_stories), reuseRowObject: false)];
        Assert.Multiple(() =>
        {
            Assert.That(Story.Some(100).Select(engine.Predict), Is.EqualTo(transformed));
            Assert.That(engine.Predict(new Story { Text = "aß" }), Is.EqualTo(new Result { Copy = "aß", Length = 12, Upper = "Aß" }));
            Assert.That(engine.OutputSchema["Length"].Type, Is.SameAs(NumberDataViewType.Int32));
        });
    }

    [Test]
    public void ComputesOnlyWhatTheOutputHasMembersFor()
    {
        using PredictionEngine<Story, Uppercase> engine = _ml.Model.CreatePredictionEngine<Story, Uppercase>(Model);
        int before = _length.Computed;
        Assert.That(engine.Predict(new Story { Text = "x" }).Upper, Is.EqualTo("X"));
        Assert.That(_length.Computed, Is.EqualTo(before));
    }

    [Test]
    public void ManyEnginesServeManyThreads()
    {
        string[] expected = [.. Story.Some(100).Select(story => story.Text.ToUpperInvariant())];
        string[][] found = new string[4][];
        ITransformer model = Model;
        Parallel.For(0, found.Length, i =>
        {
            using PredictionEngine<Story, Result> engine = _ml.Model.CreatePredictionEngine<Story, Result>(
                model, new PredictionEngineOptions { OwnsTransformer = false });
            found[i] = [.. Story.Some(100).Select(story => engine.Predict(story).Upper)];
        });
        Assert.That(found, Is.All.EqualTo(expected));
    }

    [Test]
    public void SchemaOfTheModelCanBeGiven()
    {
        using PredictionEngine<Story, Result> engine = _ml.Model.CreatePredictionEngine<Story, Result>(Model, _stories.Schema);
        Assert.That(engine.Predict(new Story { Text = "abc" }).Length, Is.EqualTo(13));
    }

    [Test]
    public void FillsTheObjectOfTheCaller()
    {
        using PredictionEngine<Story, Result> engine = _ml.Model.CreatePredictionEngine<Story, Result>(Model);
        Result result = new() { Copy = "old" };
        Result same = result;
        engine.Predict(new Story { Text = "new" }, ref result);
        Assert.That(result, Is.SameAs(same));
        Assert.That(same.Copy, Is.EqualTo("new"));
    }

    [Test]
    public void MistakesAreErrors()
    {
        PredictionEngine<Story, Result> engine = _ml.Model.CreatePredictionEngine<Story, Result>(Model);
        engine.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(() => engine.Predict(new Story()), Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(
                () => _ml.Model.CreatePredictionEngine<Result, Result>(Model),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Text'"), "input without the column needed");
            Assert.That(
                () => _ml.Model.CreatePredictionEngine<Story, Measured>(Model, ignoreMissingColumns: false),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Words'"));
            Assert.That(() => _ml.Model.CreatePredictionEngine<Story, Measured>(Model).Predict(null!), Throws.ArgumentNullException);
        });
    }

    private sealed record Result
    {
        public string Copy { get; set; } = string.Empty;

        public int Length { get; set; }

        public string Upper { get; set; } = string.Empty;
    }
}
