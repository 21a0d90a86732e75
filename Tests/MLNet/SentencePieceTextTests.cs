using Microsoft.ML;
using Tef.Core.Tokenization;
using Tef.MLNet;

namespace Tef.Tests.MLNet;

[TestFixture]
internal sealed class SentencePieceTextTests
{
    private sealed class TokenRow
    {
        public string Text { get; set; } = "";

        public int[] Tokens { get; set; } = [];
    }

    [TestCase(TokenizerKind.SentencePieceUnigram)]
    [TestCase(TokenizerKind.SentencePieceBpe)]
    public void TrainsAndSavesInOneFile(TokenizerKind kind)
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        var options = new TokenizeTextOptions { Kind = kind, VocabularySize = 320, AddEnd = true };
        TextTokenizingTransformer trained = ml.Transforms.TokenizeText("Tokens", "Text", options).Fit(rows);
        Assert.That(trained.Tokenizer.Model, Is.Not.Null);
        Assert.That(() => trained.Tokenizer.Vocabulary, Throws.InvalidOperationException);

        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "model.zip");
        ml.Model.Save(trained, rows.Schema, path);
        ITransformer loaded = ml.Model.Load(path, out _);
        TokenRow[] expected = [.. ml.Data.CreateEnumerable<TokenRow>(trained.Transform(rows), reuseRowObject: false)];
        TokenRow[] found = [.. ml.Data.CreateEnumerable<TokenRow>(loaded.Transform(rows), reuseRowObject: false)];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.That(found[i].Tokens, Is.EqualTo(expected[i].Tokens));
            Assert.That(found[i].Tokens[^1], Is.EqualTo(trained.Tokenizer.EndOfTextId));
            Assert.That(trained.Tokenizer.DecodeText(found[i].Tokens), Is.EqualTo(expected[i].Text));
            Assert.That(
                trained.Tokenizer.CountBytes(found[i].Tokens), Is.EqualTo(System.Text.Encoding.UTF8.GetByteCount(expected[i].Text)));
        }
    }

    [Test]
    public void SpecialTokensAreOneIdEach()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new TextRow { Text = "yes <pause> no<|endoftext|>" } });
        var options = new TokenizeTextOptions
        {
            Kind = TokenizerKind.SentencePieceUnigram,
            VocabularySize = 300,
            SpecialTokens = ["<pause>"],
        };
        TextTokenizer tokenizer = ml.Transforms.TokenizeText("Tokens", "Text", options).Fit(rows).Tokenizer;
        IReadOnlyList<int> ids = tokenizer.Encode("yes <pause> no<|endoftext|>");
        Assert.That(ids[^1], Is.EqualTo(tokenizer.EndOfTextId));
        Assert.That(tokenizer.Decode(ids), Is.EqualTo("yes <pause> no<|endoftext|>"));
        Assert.That(tokenizer.DecodeText(ids), Is.EqualTo("yes  no"));
        Assert.That(tokenizer.DecodeContinuation(ids), Is.EqualTo(" yes  no"));
        Assert.That(tokenizer.CountBytes([.. ids]), Is.EqualTo("yes  no".Length));
    }

    [Test]
    public void AModelFileIsLoadedWithItsOwnEndOfText()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        var training = new TokenizeTextOptions { Kind = TokenizerKind.SentencePieceUnigram, VocabularySize = 320, EndOfText = "</s>" };
        TextTokenizer trained = ml.Transforms.TokenizeText("Tokens", "Text", training).Fit(rows).Tokenizer;
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "t.model");
        trained.Model!.Save(path);

        TextTokenizer loaded =
            ml.Transforms.TokenizeText("Tokens", "Text", new TokenizeTextOptions { ModelPath = path }).Fit(rows).Tokenizer;
        Assert.That(loaded.EndOfText, Is.EqualTo("</s>"));
        Assert.That(loaded.Fingerprint, Is.EqualTo(trained.Fingerprint));

        var wrong = new TokenizeTextOptions { ModelPath = path, EndOfText = "<end>" };
        Assert.That(
            () => ml.Transforms.TokenizeText("Tokens", "Text", wrong).Fit(rows),
            Throws.ArgumentException.With.Message.Contains("no special piece '<end>'"));
    }
}
