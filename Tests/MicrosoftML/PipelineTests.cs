using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Tef.Tests.MicrosoftML;

public sealed class PipelineTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _stories;

    public PipelineTests()
    {
        _stories = _ml.Data.LoadFromEnumerable(Story.Some(3));
    }

    [Test]
    public void SelectAndDropKeepOrderAndHidden()
    {
        IDataView hidden = _ml.Transforms.CopyColumns("Id", "Text").Fit(_stories).Transform(_stories);
        Assert.Multiple(() =>
        {
            Assert.That(
                Types(_ml.Transforms.SelectColumns("Text", "Id").Fit(_stories).Transform(_stories)),
                Is.EqualTo(new[] { "Text: String", "Id: Int32" }));
            Assert.That(Types(_ml.Transforms.SelectColumns("Id").Fit(hidden).Transform(hidden)), Is.EqualTo(new[] { "Id: String" }));
            Assert.That(
                Types(_ml.Transforms.SelectColumns(["Id"], keepHidden: true).Fit(hidden).Transform(hidden)),
                Is.EqualTo(new[] { "Id: Int32", "Id: String" }));
            Assert.That(
                Types(_ml.Transforms.DropColumns("Text").Fit(hidden).Transform(hidden)), Is.EqualTo(new[] { "Id: Int32", "Id: String" }));
        });
    }

    [Test]
    public void MissingColumnIsFoundBeforeAnyWork()
    {
        bool fitted = false;
        var pipeline = _ml.Transforms.CopyColumns("Copy", "Text").WithOnFitDelegate(_ => fitted = true)
            .Append(_ml.Transforms.CopyColumns("Another", "Txt"));
        Assert.That(() => pipeline.Fit(_stories), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Txt'"));
        Assert.That(fitted, Is.False);
        Assert.Multiple(() =>
        {
            Assert.That(
                () => _ml.Transforms.DropColumns("No").Fit(_stories),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'No'"));
            Assert.That(
                () => _ml.Transforms.SelectColumns("No").Fit(_stories),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'No'"));
        });
    }

    [Test]
    public void WrongTypeIsFoundBeforeAnyWork()
    {
        var pipeline = _ml.Transforms.CopyColumns("Copy", "Text")
            .Append(_ml.Transforms.CustomMapping<NumberAsText, Measures>((_, _) => { }, contractName: null));
        Assert.That(
            () => pipeline.Fit(_stories),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.Contains("'Id'").And.Message.Contains("expected String, got Int32"));
    }

    [Test]
    public void TransformingOtherDataChecksItsColumns()
    {
        ITransformer model = _ml.Transforms.CopyColumns("Copy", "Text").Append(_ml.Transforms.DropColumns("Text")).Fit(_stories);
        IDataView other = _ml.Data.LoadFromEnumerable(new[] { new { Body = "x" } });
        Assert.That(
            () => model.Transform(other),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Text'").And.Message.Contains("'Body'"));
    }

    [Test]
    public void CacheCheckpointSparesTheEstimatorsAfterIt([Values] bool cached)
    {
        LengthTransformer length = new(0);
        EstimatorChain<LengthTransformer> start = new EstimatorChain<ITransformer>().Append(length);
        if (cached)
            start = start.AppendCacheCheckpoint(_ml);
        TransformerChain<Passes> model = start.Append(new PassesEstimator(3)).Fit(_stories);
        Assert.That(length.Computed, Is.EqualTo(cached ? 3 : 9));
        Assert.That(model.LastTransformer.Sum, Is.EqualTo(3 * 3 * 7));
        Assert.That(() => new EstimatorChain<ITransformer>().AppendCacheCheckpoint(_ml), Throws.InvalidOperationException);
    }

    [Test]
    public void ScopesChooseTransformers()
    {
        var chain = new TransformerChain<ITransformer>()
            .Append(_ml.Transforms.CopyColumns("Always", "Text").Fit(_stories))
            .Append(_ml.Transforms.CopyColumns("Training", "Text").Fit(_stories), TransformerScope.TrainTest);
        Assert.Multiple(() =>
        {
            Assert.That(Types(chain.Transform(_stories)), Does.Not.Contain("Training: String"));
            Assert.That(Types(chain.Transform(_stories, TransformerScope.Training)), Does.Contain("Training: String"));
            Assert.That(chain.GetModelFor(TransformerScope.Scoring).Count(), Is.EqualTo(1));
            Assert.That(chain.Count(), Is.EqualTo(2));
        });
    }

    [Test]
    public void ChainsDisposeOfTheirTransformersOnce()
    {
        Passes transformer = new(0);
        TransformerChain<ITransformer> chain = new(_ml.Transforms.CopyColumns("Copy", "Text").Fit(_stories), transformer);
        chain.Dispose();
        chain.Dispose();
        Assert.That(transformer.Disposed, Is.EqualTo(1));
    }

    [Test]
    public void PreviewShowsTheFirstRows()
    {
        DataDebuggerPreview preview = _ml.Transforms.CopyColumns("Copy", "Text").Preview(_stories, maxRows: 2);
        Assert.Multiple(() =>
        {
            Assert.That(preview.ToString(), Is.EqualTo("3 columns, 2 rows"));
            Assert.That(
                preview.RowView[1].Values.Select(pair => $"{pair.Key}={pair.Value}"),
                Is.EqualTo(new[] { "Id=1", "Text=story 1", "Copy=story 1" }));
            Assert.That(preview.ColumnView[0].Values, Is.EqualTo(new object[] { 0, 1 }));
        });
    }

    [Test]
    public void MessagesOfComponentsReachTheLog()
    {
        List<LoggingEventArgs> log = [];
        _ml.Log += (_, message) => log.Add(message);
        IHost host = ((IHostEnvironment)_ml).Register("Trainer");
        using (IChannel channel = host.Start("Epoch"))
        {
            channel.Info(MessageSensitivity.None, "loss {0}", 1.5);
            channel.Warning(MessageSensitivity.None, "{braces} stay");
        }

        using (IProgressChannel progress = host.StartProgressChannel("Progress"))
        {
            progress.SetHeader(new ProgressHeader(["loss"], ["steps"]), _ => { });
            progress.Checkpoint(2.5, 10);
        }

        Assert.That(
            log.Select(message => message.Message),
            Is.EqualTo(new[]
            {
                "[Source=Trainer; Epoch, Kind=Trace] Channel started", "[Source=Trainer; Epoch, Kind=Info] loss 1.5",
                "[Source=Trainer; Epoch, Kind=Warning] {braces} stay", "[Source=Trainer; Epoch, Kind=Trace] Channel disposed",
                "[Source=Trainer; Progress, Kind=Trace] loss 2.5, steps 10",
            }));
    }

    [Test]
    public void SeededContextsGiveTheSameNumbers()
    {
        static int Number(int? seed) => ((IHostEnvironment)new MLContext(seed)).Register("Component").Rand.Next();
        Assert.That(Number(7), Is.EqualTo(Number(int.Parse("7"))));
        Assert.That(Number(7), Is.Not.EqualTo(Number(8)));
    }

    [Test]
    public void OptionsAreKept()
    {
        _ml.SetOption("a", 1);
        Assert.Multiple(() =>
        {
            Assert.That(_ml.TryAddOption("a", 2), Is.False);
            Assert.That(_ml.TryGetOption("a", out int value), Is.True);
            Assert.That(value, Is.EqualTo(1));
            Assert.That(_ml.GetOptionOrDefault<string>("b"), Is.Null);
            Assert.That(_ml.RemoveOption("a"), Is.True);
            Assert.That(_ml.TryGetOption("a", out int _), Is.False);
        });
    }

    private static string[] Types(IDataView view) => [.. view.Schema.Select(column => column.ToString())];

    private sealed class NumberAsText
    {
        public string Id { get; set; } = string.Empty;
    }

    /// <summary>Learns the sum of <c>Length</c> over a number of passes.</summary>
    private sealed class PassesEstimator(int passes) : IEstimator<Passes>
    {
        public Passes Fit(IDataView input) => new(Enumerable.Range(0, passes).Sum(_ => input.GetColumn<int>("Length").Sum()));

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    private sealed class Passes(int sum) : ITransformer, IDisposable
    {
        public int Sum => sum;

        public int Disposed { get; private set; }

        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public IDataView Transform(IDataView input) => input;

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();

        public void Dispose() => Disposed++;
    }
}
