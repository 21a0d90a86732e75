using Microsoft.Extensions.DependencyInjection;
using Tef.Backends.Torch;
using Tef.Core.Data;
using Tef.Core.Decoding;
using Tef.Core.DependencyInjection;
using Tef.Core.Filtering;
using Tef.Core.Generation;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Tests.Torch;

/// <summary>Other rules for the filters of a trained model, the evaluation table and the inspection, through the backend's contract.</summary>
public sealed class FilterOverrideTests
{
    private const int Vocabulary = 31;

    private static readonly Gpt2Options Model = new()
    {
        VocabularySize = Vocabulary,
        Context = 32,
        Layers = 4,
        Width = 32,
        Heads = 4,
        Dropout = 0,
        InitializerRange = 0.2f,
        Tef = TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.All, DenseLast = true },
    };

    private ServiceProvider _services = null!;
    private ILanguageModelBackend _backend = null!;

    [SetUp]
    public void SetUp()
    {
        var services = new ServiceCollection();
        services.AddTef(options => options.Device = "cpu").AddTorch();
        _services = services.BuildServiceProvider();
        _backend = _services.GetRequiredService<LanguageModelBackends>().Selected;
    }

    [TearDown]
    public void TearDown() => _services.Dispose();

    [TestCase(0.25f)]
    [TestCase(0.8f)]
    public void CalibratedThresholdsKeepTheShare(float keep)
    {
        using var model = _backend.Create(Model, seed: 3);
        var text = Text(4000);

        var filter = _backend.Calibrate(model, text, keep);
        var result = _backend.Evaluate(model, text, new EvaluationOptions { Filter = filter });

        Assert.That(filter.Thresholds, Has.Count.EqualTo(4));
        Assert.That(result.KeptShare[1], Is.EqualTo(keep).Within(0.06));
        Assert.That(result.KeptShare[2], Is.EqualTo(keep).Within(0.06));
        Assert.That(result.KeptShare[0], Is.EqualTo(1), "the first block is dense");
    }

    [Test]
    public void KeepingEverythingIsTheModelWithoutDropping()
    {
        using var model = _backend.Create(Model with { Tef = Model.Tef! with { Mode = MaskMode.Off } }, seed: 3);
        var text = Text(500);

        var all = _backend.Evaluate(model, text, new EvaluationOptions { Filter = _backend.Calibrate(model, text, 1) });
        var half = _backend.Evaluate(model, text, new EvaluationOptions { Filter = _backend.Calibrate(model, text, 0.5f) });

        Assert.That(all.TotalNats, Is.EqualTo(_backend.Evaluate(model, text).TotalNats).Within(1e-6));
        Assert.That(half.TotalNats, Is.Not.EqualTo(all.TotalNats).Within(1e-3), "an override acts where the model itself drops nothing");
    }

    [Test]
    public void ScoringAndDecodingFollowTheOverride()
    {
        using var model = _backend.Create(Model, seed: 4);
        var filter = _backend.Calibrate(model, Text(2000), 0.5f);
        int[] tokens = Tokens(24, 7);

        var score = model.Score(tokens, filter);
        using var session = model.StartDecoding(1, filter);
        using var dense = model.StartDecoding(1, FilterOverride.Gate(0));
        float[] logits = new float[Vocabulary], denseLogits = new float[Vocabulary];
        session.Append(tokens, logits);
        dense.Append(tokens, denseLogits);

        Assert.That(score.KeptShare[1], Is.InRange(0.1f, 0.9f));
        Assert.That(score.Kept[1].Count(kept => kept), Is.EqualTo(Math.Round(score.KeptShare[1] * tokens.Length)));
        Assert.That(score.Kept[1], Has.Some.EqualTo(true).And.Some.EqualTo(false));
        Assert.That(session.CacheBytes, Is.LessThan(dense.CacheBytes));
        Assert.That(logits, Is.Not.EqualTo(denseLogits).Within(1e-4f));
        Assert.That(
            () => model.StartDecoding(1, new FilterOverride(new CumulativeShare(0.9f))),
            Throws.InvalidOperationException.With.Message.Contains("CumulativeShare"));
        Assert.That(() => model.Score(tokens, new FilterOverride(new Budget(0.5f))), Throws.ArgumentException.With.Message.Contains("Calibrate"));
    }

    [TestCase(1)]
    [TestCase(3)]
    public void GenerationFollowsTheOverride(int beams)
    {
        using var model = _backend.Create(Model, seed: 4);
        var half = new GenerationOptions { MaxNewTokens = 20, Sample = false, Beams = beams, Filter = _backend.Calibrate(model, Text(2000), 0.3f) };

        int[] filtered = Generate(half), own = Generate(half with { Filter = null });

        Assert.That(filtered, Has.Length.EqualTo(20));
        Assert.That(filtered, Is.Not.EqualTo(own));
        Assert.That(
            () => Generate(half with { Filter = new FilterOverride(new TopK(0.5f)) }), Throws.InvalidOperationException.With.Message.Contains("TopK"));

        int[] Generate(GenerationOptions options) => [.. TokenGenerator.Generate(model, [1, 2, 3], options)[0].Tokens];
    }

    [Test]
    public void ModelsWithoutFiltersCannotBeCalibrated()
    {
        using var model = _backend.Create(Model with { Tef = null }, seed: 3);

        Assert.That(() => _backend.Calibrate(model, Text(100), 0.5f), Throws.ArgumentException.With.Message.Contains("no token filters"));
    }

    [Test]
    public void TheTableHasARowPerModelAndRule()
    {
        using var routed = _backend.Create(Model, seed: 3);
        using var dense = _backend.Create(Model with { Tef = null }, seed: 3);
        using var seed = _backend.Create(Model with { Tef = TefOptions.Seed(0.9f) }, seed: 3);
        var text = Text(600);
        var seen = new List<FilterTableRow>();

        var table = FilterTable.Measure(
            _backend,
            [new NamedModel("dense, small", dense), new NamedModel("routed", routed), new NamedModel("seed", seed)],
            text,
            new FilterTableOptions { Gates = [0.5f], Keeps = [0.9f, 0.5f], Taus = [0.95f], TrainingSteps = 2, TrainingBatchSize = 2, Repeats = 1 },
            new Listener(seen));

        string[] rules = ["dense", "own", "gate > 0.5", "keep 0.9", "keep 0.5", "τ 0.95", "own", "gate > 0.5", "keep 0.9", "keep 0.5", "τ 0.95"];
        Assert.That(table.Rows.Select(row => row.Rule), Is.EqualTo(rules));
        Assert.That(seen, Is.EqualTo(table.Rows));
        var half = table.Rows[4];
        Assert.That(half.Loss, Is.EqualTo(_backend.Evaluate(routed, text, new EvaluationOptions { Filter = _backend.Calibrate(routed, text, 0.5f) }).Loss));
        Assert.That(half.Perplexity, Is.EqualTo(Math.Exp(half.Loss)));
        Assert.That(half.CacheBytes, Is.LessThan(table.Rows[0].CacheBytes!.Value));
        Assert.That(half.MeanKept, Is.EqualTo(half.KeptShare.Average() * Model.Context).Within(1e-3));
        Assert.That(table.Rows[0].TrainingSpeed, Is.Positive);
        Assert.That(table.Rows[5].PrefillSpeed, Is.Null, "a cumulative share cannot generate");
        Assert.That(table.Rows[7].DecodingSpeed, Is.Positive, "a fixed gate can, whatever the model's own rule");
    }

    [Test]
    public void TheTableAsMarkdownCsvAndJson()
    {
        using var dense = _backend.Create(Model with { Tef = null }, seed: 3);
        var table = FilterTable.Measure(
            _backend, [new NamedModel("a|b, \"c\"", dense)], Text(200), new FilterTableOptions { MeasureSpeed = false });

        string[] markdown = table.ToMarkdown().TrimEnd('\n').Split('\n');
        string[] csv = table.ToCsv().TrimEnd('\n').Split('\n');
        var json = System.Text.Json.JsonDocument.Parse(table.ToJson()).RootElement[0];

        Assert.That(markdown, Has.Length.EqualTo(3));
        Assert.That(markdown.Select(line => line.Replace("\\|", "").Count(c => c == '|')), Is.All.EqualTo(markdown[0].Count(c => c == '|')));
        Assert.That(markdown[0], Does.Not.Contain("tokens/s"), "a column that no row fills");
        Assert.That(csv[1], Does.StartWith("\"a|b, \"\"c\"\"\",dense,"));
        Assert.That(csv[0].Count(c => c == ','), Is.EqualTo(11));
        Assert.That(json.GetProperty("perplexity").GetDouble(), Is.EqualTo(table.Rows[0].Perplexity));
        Assert.That(json.GetProperty("trainingSpeed").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
    }

    [Test]
    public void InspectionShowsEveryTokenInEveryFilteredBlock()
    {
        using var model = _backend.Create(Model, seed: 5);
        var filter = _backend.Calibrate(model, Text(2000), 0.5f);
        int[] tokens = Tokens(20, 9);

        var inspection = FilterInspection.Of(model, tokens, id => $"<{id}>", filter);
        var score = model.Score(tokens, filter);

        Assert.That(inspection.Blocks, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(inspection.KeptShare, Is.EqualTo(new[] { score.KeptShare[1], score.KeptShare[2] }));
        Assert.That(inspection.Tokens.Select(token => token.Text), Is.EqualTo(tokens.Select(id => $"<{id}>")));
        Assert.That(inspection.Tokens.Select(token => token.Gates[1]), Is.EqualTo(score.Gates[2]));
        Assert.That(inspection.Tokens.Select(token => token.Kept[0]), Is.EqualTo(score.Kept[1]));
        Assert.That(inspection.Tokens[0].Loss, Is.Null);
        Assert.That(inspection.Tokens[0].Kept, Is.All.True, "position 0 is always kept");
        Assert.That(inspection.Tokens[7].Loss, Is.EqualTo(score.TokenLosses[6]));
        Assert.That(inspection.ToJson(), Does.Contain("\"blocks\""));
    }

    private static MemoryTokenSource Text(int count)
    {
        var source = new MemoryTokenSource(Vocabulary);
        source.Add(Tokens(count, 1), count);
        return source;
    }

    private static int[] Tokens(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary))];
    }

    private sealed class Listener(List<FilterTableRow> seen) : IProgress<FilterTableRow>
    {
        public void Report(FilterTableRow value) => seen.Add(value);
    }
}
