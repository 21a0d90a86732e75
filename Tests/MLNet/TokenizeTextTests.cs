using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.MLNet;

namespace Tef.Tests.MLNet;

[TestFixture]
internal sealed class TokenizeTextTests
{
    private sealed class TokenRow
    {
        public string Text { get; set; } = "";

        public int[] Tokens { get; set; } = [];
    }

    private sealed class PlacedRow
    {
        public int[] Tokens { get; set; } = [];

        public int[] Places { get; set; } = [];
    }

    [Test]
    public void IdsAreThoseOfTheTokenizerAndDecodeToTheText()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        TextTokenizingTransformer tokenizing = ml.Transforms.TokenizeText("Tokens", "Text", Pipelines.VocabularySize).Fit(rows);
        Assert.That(tokenizing.Tokenizer.VocabularySize, Is.EqualTo(Pipelines.VocabularySize));
        Assert.That(tokenizing.Tokenizer.EndOfTextId, Is.EqualTo(Pipelines.VocabularySize - 1));
        foreach (TokenRow row in ml.Data.CreateEnumerable<TokenRow>(tokenizing.Transform(rows), reuseRowObject: false))
        {
            Assert.That(row.Tokens, Is.EqualTo(tokenizing.Tokenizer.Encode(row.Text)));
            Assert.That(tokenizing.Tokenizer.Decode(row.Tokens), Is.EqualTo(row.Text));
            Assert.That(
                tokenizing.Tokenizer.CountBytes(row.Tokens), Is.EqualTo(System.Text.Encoding.UTF8.GetByteCount(row.Text)));
        }
    }

    [Test]
    public void PlacesCutTheTextIntoItsTokens()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new TextRow { Text = "the map and the old key" } });
        var options = new TokenizeTextOptions { VocabularySize = 270, OffsetsColumnName = "Places", AddBegin = true, AddEnd = true };
        TextTokenizingTransformer tokenizing = ml.Transforms.TokenizeText("Tokens", "Text", options).Fit(rows);
        PlacedRow row = ml.Data.CreateEnumerable<PlacedRow>(tokenizing.Transform(rows), false).Single();
        Assert.That(row.Places, Has.Length.EqualTo(2 * row.Tokens.Length));
        IEnumerable<string> pieces = row.Places.Chunk(2).Select(place => "the map and the old key"[place[0]..place[1]]);
        Assert.That(pieces, Is.EqualTo(row.Tokens.Select(id => tokenizing.Tokenizer.DecodeText([id]))));
    }

    [TestCase(0, false, false, ExpectedResult = "aaaaaaaaaa")]
    [TestCase(4, false, false, ExpectedResult = "aaaa")]
    [TestCase(4, true, false, ExpectedResult = "<end>aaa")]
    [TestCase(4, true, true, ExpectedResult = "<end>aa<end>")]
    [TestCase(0, false, true, ExpectedResult = "aaaaaaaaaa<end>")]
    public string RowsAreCutAndFramed(int maxLength, bool begin, bool end)
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new TextRow { Text = "aaaaaaaaaa" } });
        var options = new TokenizeTextOptions
        {
            VocabularySize = 257,
            MaxLength = maxLength,
            AddBegin = begin,
            AddEnd = end,
            EndOfText = "<end>",
        };
        TextTokenizingTransformer tokenizing = ml.Transforms.TokenizeText("Tokens", "Text", options).Fit(rows);
        TokenRow row = ml.Data.CreateEnumerable<TokenRow>(tokenizing.Transform(rows), false).Single();
        return tokenizing.Tokenizer.Decode(row.Tokens);
    }

    [Test]
    public void SpecialTokensAreOneIdEach()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new TextRow { Text = "yes <pause> no<|endoftext|>" } });
        var options = new TokenizeTextOptions { VocabularySize = 300, SpecialTokens = ["<pause>"] };
        TextTokenizer tokenizer = ml.Transforms.TokenizeText("Tokens", "Text", options).Fit(rows).Tokenizer;
        IReadOnlyList<int> ids = tokenizer.Encode("yes <pause> no<|endoftext|>");
        Assert.That(ids[^1], Is.EqualTo(tokenizer.EndOfTextId));
        Assert.That(tokenizer.Decode(ids), Is.EqualTo("yes <pause> no<|endoftext|>"));
        Assert.That(tokenizer.DecodeText(ids), Is.EqualTo("yes  no"));
        Assert.That(tokenizer.CountBytes([.. ids]), Is.EqualTo("yes  no".Length));
    }

    [Test]
    public void VocabularyComesFromFilesOrFromAnotherTokenizer()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        TextTokenizer trained = ml.Transforms.TokenizeText("Tokens", "Text", vocabularySize: 300).Fit(rows).Tokenizer;
        using var folder = new TemporaryFolder();
        trained.Vocabulary.Save(folder.Path);
        var files = new TokenizeTextOptions
        {
            VocabularyPath = Path.Combine(folder.Path, "vocab.json"),
            MergesPath = Path.Combine(folder.Path, "merges.txt"),
        };
        TextTokenizer loaded = ml.Transforms.TokenizeText("Tokens", "Text", files).Fit(rows).Tokenizer;
        Assert.That(loaded.Fingerprint, Is.EqualTo(trained.Fingerprint));
        Assert.That(loaded.Encode("the fox found two birds"), Is.EqualTo(trained.Encode("the fox found two birds")));

        var given = new TokenizeTextOptions { Tokenizer = trained };
        Assert.That(ml.Transforms.TokenizeText("Tokens", "Text", given).Fit(rows).Tokenizer, Is.SameAs(trained));
    }

    [Test]
    public void MissingVocabularyFile()
    {
        MLContext ml = Pipelines.CreateContext();
        var options = new TokenizeTextOptions { VocabularyPath = "nowhere/vocab.json", MergesPath = "nowhere/merges.txt" };
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Text", options).Fit(Pipelines.Stories(ml)),
            Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("nowhere/vocab.json"));
    }

    [Test]
    public void OptionsOutOfRange()
    {
        MLContext ml = Pipelines.CreateContext();
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Text", vocabularySize: 10),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("VocabularySize").And.Message.Contains("10"));
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Text", new TokenizeTextOptions { MaxLength = -1 }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("MaxLength"));
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Text", new TokenizeTextOptions { VocabularyPath = "vocab.json" }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("MergesPath"));
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Text", new TokenizeTextOptions { EndOfText = "|" }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("EndOfText").And.Message.Contains("'|'"));
    }

    [Test]
    public void EmptyCorpus()
    {
        MLContext ml = Pipelines.CreateContext();
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Text").Fit(ml.Data.LoadFromEnumerable(Array.Empty<TextRow>())),
            Throws.InvalidOperationException.With.Message.Contains("no text"));
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Text").Fit(ml.Data.LoadFromEnumerable(new[] { new TextRow() })),
            Throws.InvalidOperationException.With.Message.Contains("no text"));
    }

    [Test]
    public void TokenizerIsAnAnnotationOfTheColumn()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        TextTokenizingTransformer tokenizing = ml.Transforms.TokenizeText("Tokens", "Text", vocabularySize: 300).Fit(rows);
        DataViewSchema.Column column = tokenizing.Transform(rows).Schema["Tokens"];
        TextTokenizer tokenizer = null!;
        column.Annotations.GetValue(AnnotationKinds.Tokenizer, ref tokenizer);
        Assert.That(tokenizer, Is.SameAs(tokenizing.Tokenizer));
        ReadOnlyMemory<char> source = default;
        column.Annotations.GetValue(AnnotationKinds.SourceColumn, ref source);
        Assert.That(source.ToString(), Is.EqualTo("Text"));
        Assert.That(column.Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Int32)));
    }
}
