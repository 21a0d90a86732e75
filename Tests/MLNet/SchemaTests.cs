using Microsoft.ML;
using Tef.MLNet;

namespace Tef.Tests.MLNet;

/// <summary>What is wrong with a pipeline is said before work starts, and by name.</summary>
[TestFixture]
internal sealed class SchemaTests
{
    private sealed class OtherRow
    {
        public string Body { get; set; } = "";

        public float Number { get; set; }
    }

    [Test]
    public void MissingTextColumn()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new OtherRow { Body = "a" } });
        Assert.That(
            () => Pipelines.Generating(ml).Fit(rows),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("TokenizeText needs a column 'Text'")
                .And.Message.Contains("'Body', 'Number'"));
    }

    [Test]
    public void WrongTypeOfTextColumn()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new OtherRow { Body = "a" } });
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Number").Fit(rows),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("'Number' to be of type Text, but it is of type Single"));
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Number").Append(ml.Transforms.TefGpt2("Tokens")).Fit(rows),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("'Number'").And.Message.Contains("Single"));
    }

    [Test]
    public void MissingTokensColumn()
    {
        MLContext ml = Pipelines.CreateContext();
        Assert.That(
            () => ml.Transforms.TokenizeText("Ids", "Text").Append(ml.Transforms.TefGpt2("Tokens")).Fit(Pipelines.Stories(ml)),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("TefGpt2 needs a column 'Tokens'"));
    }

    [Test]
    public void WrongTypeOfTokensColumn()
    {
        MLContext ml = Pipelines.CreateContext();
        Assert.That(
            () => ml.Transforms.TefGpt2("Text").Fit(Pipelines.Stories(ml)),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("Vector<Int32>").And.Message.Contains("'Text'"));
    }

    [Test]
    public void TokensWithoutTokenizer()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new { Tokens = new[] { 1, 2, 3 } } });
        Assert.That(
            () => ml.Transforms.TefGpt2("Tokens").Fit(rows),
            Throws.InvalidOperationException.With.Message.Contains("TefGpt2 found no tokenizer on column 'Tokens'")
                .And.Message.Contains("Put TokenizeText before it"));
    }

    [Test]
    public void GenerationWithoutStages()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        Assert.That(
            () => ml.Transforms.GenerateText().Fit(rows),
            Throws.InvalidOperationException.With.Message.Contains("GenerateText found no tokenizer").And.Message.Contains("TokenizeText"));
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Text").Append(ml.Transforms.GenerateText()).Fit(rows),
            Throws.InvalidOperationException.With.Message.Contains("GenerateText found no language model").And.Message.Contains("TefGpt2"));
    }

    [Test]
    public void GenerationFromColumnsThatCannotPrompt()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        Assert.That(
            () => Pipelines.Scoring(ml).Append(ml.Transforms.GenerateText("Continuation", "Loss")).Fit(rows),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("'Loss'").And.Message.Contains("Text or Vector<Int32>"));
        Assert.That(
            () => Pipelines.Scoring(ml).Append(ml.Transforms.GenerateText("Continuation", "Prompt")).Fit(rows),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("needs a column 'Prompt'"));
    }

    [Test]
    public void ContextWithoutUseTef()
    {
        var ml = new MLContext(1);
        Assert.That(
            () => Pipelines.Scoring(ml).Fit(Pipelines.Stories(ml)),
            Throws.InvalidOperationException.With.Message.Contains("UseTef"));
    }

    [Test]
    public void ContextWithoutBackend()
    {
        MLContext ml = new MLContext(1).UseTef(_ => { });
        Assert.That(
            () => Pipelines.Scoring(ml).Fit(Pipelines.Stories(ml)),
            Throws.InvalidOperationException.With.Message.Contains("No language model backend is registered"));
    }
}
