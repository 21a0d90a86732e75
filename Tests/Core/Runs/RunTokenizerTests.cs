using Tef.Core.Configuration;
using Tef.Core.Runs;
using Tef.Core.Text;
using Tef.Core.Tokenization;
using Tef.MLNet;
using Tef.Tests.Core.Tokenization;

namespace Tef.Tests.Core.Runs;

/// <summary>Tokenizers of every kind behave alike, come back from their files, and agree with those of Microsoft.ML.Tokenizers.</summary>
public sealed class RunTokenizerTests
{
    private static readonly TokenizerKind[] s_kinds = Enum.GetValues<TokenizerKind>();

    [TestCaseSource(nameof(s_kinds))]
    public void AgreesWithTheTokenizersOfTheLibrary(TokenizerKind kind)
    {
        RunTokenizer own = Train(kind);
        TextTokenizer library = own.Model is { } model ? new TextTokenizer(model, own.EndOfText) : new TextTokenizer(own.Vocabulary!, own.EndOfText);
        var random = new Random(7);
        for (int i = 0; i < 100; i++)
        {
            string text = RandomText.Story(random, 12) + (i % 3 == 0 ? "<|endoftext|>été 😀\n" : "<|sep|>");
            int[] ids = own.Encode(text);
            Assert.That(ids, Is.EqualTo(library.Encode(text)), text);
            Assert.That(own.Decode(ids), Is.EqualTo(library.DecodeText(ids)));
            Assert.That(own.Decode(ids, begins: false), Is.EqualTo(library.DecodeContinuation(ids)));
            Assert.That(own.Decode(ids, special: true), Is.EqualTo(library.Decode(ids)));
        }

        Assert.That(own.Fingerprint, Is.EqualTo(library.Fingerprint));
        Assert.That(own.EndOfTextId, Is.EqualTo(library.EndOfTextId));
        Assert.That(own.VocabularySize, Is.EqualTo(library.VocabularySize));
    }

    [TestCaseSource(nameof(s_kinds))]
    public void ComesBackFromItsFiles(TokenizerKind kind)
    {
        using var folder = new TemporaryFolder();
        RunTokenizer tokenizer = Train(kind);
        tokenizer.Save(folder.Path);
        foreach (RunTokenizer again in (RunTokenizer[])[RunTokenizer.Load(folder.Path), RunTokenizer.Read(tokenizer.Files)])
        {
            Assert.That(again.Fingerprint, Is.EqualTo(tokenizer.Fingerprint));
            Assert.That(again.Kind, Is.EqualTo(kind));
            Assert.That(again.EndOfText, Is.EqualTo("<|endoftext|>"));
        }
    }

    [TestCaseSource(nameof(s_kinds))]
    public void IdsOfNoTokenAreRefused(TokenizerKind kind) =>
        Assert.That(() => Train(kind).Decode([99_999]), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void AModelFromElsewhereHasAnEndOfItsOwn()
    {
        SentencePieceVocabulary model = new SentencePieceTrainer(new SentencePieceTrainerOptions { VocabularySize = 340 }).Train(Stories());
        Assert.That(new RunTokenizer(model, "<|endoftext|>").EndOfText, Is.EqualTo("</s>"));
        Assert.That(() => new RunTokenizer(model, "<end>"), Throws.ArgumentException.With.Message.Contains("special pieces are: <s>, </s>"));
    }

    [Test]
    public void FilesThatAreNoneAreNamed()
    {
        Assert.That(
            () => RunTokenizer.Read(new Dictionary<string, byte[]> { ["vocab.json"] = [] }),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("vocab.json").And.Message.Contains("tokenizer.model"));
        using var folder = new TemporaryFolder();
        Assert.That(() => RunTokenizer.Load(folder.Write("a.model", "no model")), Throws.TypeOf<InvalidDataException>().With.Message.Contains("a.model"));
    }

    private static RunTokenizer Train(TokenizerKind kind) => RunTokenizer.Train(
        Stories().Select(story => new TextDocument(story)),
        new TokenizerSettings { Kind = kind, VocabularySize = 340, SpecialTokens = ["<|sep|>"] });

    private static string[] Stories()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, 50).Select(_ => RandomText.Story(random, 40))];
    }
}
