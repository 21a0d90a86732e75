using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Text.Cleaning;
using Tef.MLNet;

namespace Tef.Tests.MLNet;

public sealed class CleanTextTests
{
    private static IDataView Rows(MLContext ml, params string[] texts) =>
        ml.Data.LoadFromEnumerable(texts.Select(text => new TextRow { Text = text }));

    private static string[] Texts(IDataView view, string column) =>
        [.. view.GetColumn<ReadOnlyMemory<char>>(view.Schema[column]).Select(text => text.ToString())];

    [Test]
    public void Text_is_cleaned_in_place_or_beside()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Rows(ml, "A – 1", "");
        Assert.That(Texts(ml.Transforms.CleanText().Fit(rows).Transform(rows), "Text"), Is.EqualTo(new[] { "A - 1", "" }));
        var text8 = new CleaningOptions { Preset = CleaningPreset.Text8 };
        IDataView both = ml.Transforms.CleanText("Clean", "Text", text8).Fit(rows).Transform(rows);
        Assert.That(Texts(both, "Clean"), Is.EqualTo(new[] { "a one", "" }));
        Assert.That(Texts(both, "Text"), Is.EqualTo(new[] { "A – 1", "" }));
    }

    [Test]
    public void Rare_characters_are_learned_and_saved()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Rows(ml, "aaa", "abb ☃");
        var options = new CleaningOptions { Preset = CleaningPreset.Soft, MinCharacterCount = 2, Unknown = "?" };
        TextCleaningTransformer fitted = ml.Transforms.CleanText("Text", "Text", options).Fit(rows);
        using var file = new MemoryStream();
        ml.Model.Save(fitted, rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = Pipelines.CreateContext().Model.Load(file, out _);
        string[] expected = ["ab ?"];
        Assert.That(Texts(fitted.Transform(Rows(ml, "ab ☃c")), "Text"), Is.EqualTo(expected));
        Assert.That(Texts(loaded.Transform(Rows(ml, "ab ☃c")), "Text"), Is.EqualTo(expected));
    }

    [Test]
    public void A_pipeline_tokenizes_cleaned_text()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView stories = Pipelines.Stories(ml);
        var pipeline = ml.Transforms.CleanText("Text", "Text", new CleaningOptions { Preset = CleaningPreset.Text8 })
            .Append(Pipelines.Scoring(ml));
        using var engine = ml.Model.CreatePredictionEngine<TextRow, TokenRow>(pipeline.Fit(stories));
        Assert.That(engine.Predict(new TextRow { Text = "MIRA found, the map!" }).Tokens, Is.EqualTo(engine.Predict(new TextRow { Text = "mira found the map" }).Tokens));
    }

    [Test]
    public void Mistakes_are_named()
    {
        MLContext ml = Pipelines.CreateContext();
        Assert.That(
            () => ml.Transforms.CleanText("Text", "Text", new CleaningOptions { Language = "xx" }),
            Throws.ArgumentException.With.Message.Contains("Language"));
        Assert.That(
            () => ml.Transforms.CleanText("Other").Fit(Rows(ml, "a")),
            Throws.ArgumentException.With.Message.Contains("CleanText needs a column 'Other'"));
    }

    private sealed class TokenRow
    {
        public int[] Tokens { get; set; } = [];
    }
}
