using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Data;
using Tef.MLNet;
using Tef.Tests.MLNet.Fakes;

namespace Tef.Tests.MLNet;

/// <summary>Meta as control codes, and token ids in files.</summary>
public sealed class MetaTests
{
    private static Document[] Documents(int count = 60) =>
        [.. Corpus.Stories(count).Select((story, i) => new Document { Text = story.Text, Meta = i % 3 == 0 ? "" : $"tag {i % 3}" })];

    private static TokenizeTextOptions Options => new() { VocabularySize = 320, MetaColumnName = "Meta", OffsetsColumnName = "Offsets" };

    private static int[][] Column(IDataView view, string name) => [.. view.GetColumn<int[]>(view.Schema[name])];

    [Test]
    public void Meta_is_a_prefix_of_known_length()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(Documents());
        TextTokenizingTransformer fitted = ml.Transforms.TokenizeText("Tokens", "Text", Options).Fit(rows);
        TextTokenizer tokenizer = fitted.Tokenizer;
        IDataView view = fitted.Transform(rows);
        int[][] tokens = Column(view, "Tokens"), offsets = Column(view, "Offsets");
        int[] lengths = [.. view.GetColumn<int>(view.Schema["TokensMetaLength"])];
        int begin = tokenizer.Encode("<|meta|>").Single(), end = tokenizer.Encode("<|body|>").Single();
        foreach ((Document document, int row) in Documents().Select((document, row) => (document, row)))
        {
            int[] meta = document.Meta.Length == 0 ? [] : [begin, .. tokenizer.Encode(document.Meta), end];
            Assert.That(tokens[row], Is.EqualTo(meta.Concat(tokenizer.Encode(document.Text))));
            Assert.That(lengths[row], Is.EqualTo(meta.Length));
            Assert.That(offsets[row].Take(2 * meta.Length), Is.All.Zero);
            Assert.That(offsets[row][^1], Is.EqualTo(document.Text.Length));
        }
    }

    [Test]
    public void Lengths_of_meta_and_body_are_bounded()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(Documents());
        TokenizeTextOptions bounded = Options with { Meta = new MetaOptions { MaxMetaTokens = 1, MaxBodyTokens = 3 }, AddBegin = true };
        IDataView view = ml.Transforms.TokenizeText("Tokens", "Text", bounded).Fit(rows).Transform(rows);
        Assert.That(Column(view, "Tokens").Select(ids => ids.Length).Distinct(), Is.EquivalentTo(new[] { 4, 7 }));
        view = ml.Transforms.TokenizeText("Tokens", "Text", bounded with { MaxLength = 3 }).Fit(rows).Transform(rows);
        Assert.That(Column(view, "Tokens").Select(ids => ids.Length), Is.All.EqualTo(3));
        Assert.That(view.GetColumn<int>(view.Schema["TokensMetaLength"]).Max(), Is.EqualTo(2));
        Assert.That(Column(view, "Offsets").Select(ids => ids.Length), Is.All.EqualTo(6));
    }

    [Test]
    public void Ignored_meta_is_not_trained_on([Values(0.0, 1.0)] double probability, [Values] bool cached)
    {
        using var folder = new Core.TemporaryFolder();
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(Documents());
        TextTokenizingTransformer tokenize = ml.Transforms
            .TokenizeText("Tokens", "Text", Options with { Meta = new MetaOptions { IgnoreProbability = probability } }).Fit(rows);
        IDataView view = tokenize.Transform(rows);
        TefGpt2Options options = Pipelines.SmallModel with { ValidationShare = 0, TokenCacheFolder = cached ? folder.File("cache") : null };
        LanguageModelTransformer model = ml.Transforms.TefGpt2("Tokens", options).Fit(view);
        int begin = tokenize.Tokenizer.Encode("<|meta|>").Single();
        var bigram = (BigramModel)model.Model;
        int vocabulary = bigram.Options.VocabularySize;
        int after = Enumerable.Range(0, vocabulary).Sum(next => bigram.Counts[(begin * vocabulary) + next]);
        Assert.That(after, probability == 0 ? Is.GreaterThan(10) : Is.Zero);
    }

    [Test]
    public void Token_ids_are_found_again_until_the_text_changes()
    {
        using var folder = new Core.TemporaryFolder();
        string file = folder.File("cache", "train.tokens");
        var old = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        int[] first = Fit(Documents(), out _);
        File.SetLastWriteTimeUtc(file, old);
        Assert.That(Fit(Documents(), out bool again), Is.EqualTo(first));
        Assert.That(again, Is.True);
        Document[] others = Documents();
        others[1].Text += " Changed.";
        Assert.That(Fit(others, out again), Is.Not.EqualTo(first));
        Assert.That(again, Is.False);

        int[] Fit(Document[] documents, out bool found)
        {
            MLContext ml = Pipelines.CreateContext();
            IDataView rows = ml.Data.LoadFromEnumerable(documents);
            TokenizeTextOptions tokenize = new() { Tokenizer = ml.Transforms.TokenizeText(vocabularySize: 300).Fit(ml.Data.LoadFromEnumerable(Documents())).Tokenizer };
            var pipeline = ml.Transforms.TokenizeText("Tokens", "Text", tokenize)
                .Append(ml.Transforms.TefGpt2("Tokens", Pipelines.SmallModel with { TokenCacheFolder = folder.File("cache") }));
            int[] counts = ((BigramModel)pipeline.Fit(rows).LastTransformer.Model).Counts;
            found = File.GetLastWriteTimeUtc(file) == old;
            return counts;
        }
    }

    [Test]
    public void The_cache_changes_nothing()
    {
        using var folder = new Core.TemporaryFolder();
        TefGpt2Options cached = Pipelines.SmallModel with { TokenCacheFolder = folder.File("cache") };
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        EvaluationSummary Fit(TefGpt2Options options)
        {
            LanguageModelTransformer model = Pipelines.Scoring(ml, options).Fit(rows).LastTransformer;
            return new EvaluationSummary(model.TrainingResult.TokensSeen, model.TrainingResult.Validation!.TotalNats, model.TrainingResult.Validation.TextBytes);
        }

        EvaluationSummary expected = Fit(Pipelines.SmallModel);
        Assert.That(Fit(cached), Is.EqualTo(expected));
        Assert.That(Fit(cached), Is.EqualTo(expected));
    }

    [Test]
    public void Prompts_begin_with_their_meta()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(Documents());
        var pipeline = ml.Transforms.TokenizeText("Tokens", "Text", Options)
            .Append(ml.Transforms.TefGpt2("Tokens", Pipelines.SmallModel))
            .Append(ml.Transforms.GenerateText(
                "Continuation", Pipelines.ShortTexts with { MaxNewTokens = 32 }, longPrompts: LongPrompts.Error));
        var fitted = pipeline.Fit(rows);
        TextTokenizer tokenizer = fitted.OfType<TextTokenizingTransformer>().Single().Tokenizer;
        Assert.That(Prompt(""), Is.EqualTo(1 + tokenizer.Encode("Mira").Count));
        Assert.That(Prompt("tag 2"), Is.EqualTo(1 + 1 + tokenizer.Encode("tag 2").Count + 1 + tokenizer.Encode("Mira").Count));

        // The model's context of 32 leaves room for one token.
        int Prompt(string meta)
        {
            IDataView prompts = ml.Data.LoadFromEnumerable(new[] { new Document { Text = "Mira", Meta = meta } });
            var error = Assert.Throws<InvalidOperationException>(() => _ = fitted.Transform(prompts).GetColumn<string>("Continuation").First());
            return int.Parse(error!.Message.Split(" tokens")[0].Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    [Test]
    public void A_missing_meta_column_is_named()
    {
        MLContext ml = Pipelines.CreateContext();
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Text", Options).Fit(Pipelines.Stories(ml)),
            Throws.ArgumentException.With.Message.Contains("needs a column 'Meta'"));
    }

    private sealed record EvaluationSummary(long Tokens, double Nats, long Bytes);

    private sealed class Document
    {
        public string Text { get; set; } = "";

        public string Meta { get; set; } = "";
    }
}
