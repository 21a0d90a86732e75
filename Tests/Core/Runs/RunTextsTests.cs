using Tef.Core.Configuration;
using Tef.Core.Data;
using Tef.Core.Runs;
using Tef.Core.Text.Cleaning;
using Tef.Core.Training;

namespace Tef.Tests.Core.Runs;

/// <summary>Texts as tokens: bytes, meta, cleaning, cache.</summary>
public sealed class RunTextsTests
{
    private const string Stories = "Once there was a fox.\n<|endoftext|>\nA hen found a seed.\n<|endoftext|>\n";
    private const string Documents = """
        {"body": "Once there was a fox.", "meta": "fox"}
        {"body": "A hen found a seed.", "meta": "hen"}

        """;

    [Test]
    public void SeparatorsOfAFileCountInItsBytes()
    {
        using var folder = new TemporaryFolder();
        var settings = new DataSettings { Train = folder.Write("a.txt", Stories) };
        ITokenSource tokens = Read(settings, out RunTokenizer tokenizer);
        Assert.That(tokens.TextBytes, Is.EqualTo(Stories.Length));
        Assert.That(tokens.EndOfText, Is.EqualTo(tokenizer.EndOfTextId));
        Assert.That(Text(tokens, tokenizer), Is.EqualTo("<|endoftext|>Once there was a fox.<|endoftext|>A hen found a seed.<|endoftext|>"));
    }

    [Test]
    public void MetaStandsBeforeTheBodyAsControlCodes()
    {
        using var folder = new TemporaryFolder();
        var settings = new DataSettings
        {
            Train = folder.Write("a.jsonl", Documents),
            Meta = new MetaOptions { Use = true },
        };
        ITokenSource tokens = Read(settings, out RunTokenizer tokenizer);
        Assert.That(
            Text(tokens, tokenizer),
            Is.EqualTo("<|endoftext|><|meta|>fox<|body|>Once there was a fox.<|endoftext|><|meta|>hen<|body|>A hen found a seed.<|endoftext|>"));
        Assert.That(tokenizer.Encode("<|meta|>"), Has.Length.EqualTo(1));
        Assert.That(tokens.TextBytes, Is.EqualTo("foxOnce there was a fox.henA hen found a seed.".Length));
    }

    [Test]
    public void MetaIsIgnoredInTrainingByChanceAndBodiesAreCut()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.jsonl", string.Concat(Enumerable.Repeat(Documents, 200)));
        var settings = new DataSettings
        {
            Train = path,
            Valid = path,
            Meta = new MetaOptions { Use = true, IgnoreProbability = 0.25, MaxBodyTokens = 3 },
        };
        using var texts = new RunTexts(settings, seed: 3);
        using var again = new RunTexts(settings, seed: 3);
        RunTokenizer tokenizer = RunTokenizer.Train(texts.TrainingDocuments, new TokenizerSettings { VocabularySize = 300 }, settings.Meta);
        TrainingData data = texts.ReadTrainingData(tokenizer);

        int With(ITokenSource source) => Text(source, tokenizer).Split("<|meta|>").Length - 1;
        Assert.That(With(data.Training), Is.InRange(270, 330));
        Assert.That(With(data.Validation!), Is.EqualTo(400));
        Assert.That(
            Text(data.Training, tokenizer), Is.EqualTo(Text(again.ReadTrainingData(tokenizer).Training, tokenizer)));
        string longest = Text(data.Training, tokenizer).Split("<|endoftext|>").MaxBy(text => text.Length)!;
        Assert.That(tokenizer.Encode(longest.Split("<|body|>")[^1]), Has.Length.LessThanOrEqualTo(3));
    }

    [TestCase(Stories, 0.5)]
    [TestCase("One long text that has no border.", 0.2)]
    public void PartOfTheTrainingTextIsHeldBackBySeed(string text, double share)
    {
        using var folder = new TemporaryFolder();
        var settings = new DataSettings { Train = folder.Write("a.txt", text), ValidShare = share };
        ITokenSource all = Read(settings, out RunTokenizer tokenizer);
        using var texts = new RunTexts(settings, seed: 3);
        TrainingData data = texts.ReadTrainingData(tokenizer);
        string training = Text(data.Training, tokenizer), validation = Text(data.Validation!, tokenizer);
        Assert.That(
            string.Concat((training + validation).Replace("<|endoftext|>", "").Order()),
            Is.EqualTo(string.Concat(Text(all, tokenizer).Replace("<|endoftext|>", "").Order())));
        Assert.That(data.Validation!.TextBytes, Is.EqualTo(validation.Replace("<|endoftext|>", "").Length).And.GreaterThan(0));
        using var again = new RunTexts(settings, seed: 3);
        Assert.That(Text(again.ReadValidation(tokenizer), tokenizer), Is.EqualTo(validation));
    }

    [Test]
    public void TextsAreCleaned()
    {
        using var folder = new TemporaryFolder();
        var settings = new DataSettings
        {
            Train = folder.Write("a.txt", Stories),
            Cleaning = new CleaningOptions { Preset = CleaningPreset.Text8 },
        };
        ITokenSource tokens = Read(settings, out RunTokenizer tokenizer);
        Assert.That(Text(tokens, tokenizer), Does.Contain("once there was a fox").And.Not.Contain("Once").And.Not.Contain("."));
    }

    [Test]
    public void TokensAreCachedUnderTheNameOfTheirOption()
    {
        using var folder = new TemporaryFolder();
        var settings = new DataSettings { Train = folder.Write("a.txt", Stories) };
        string expected = Text(Read(settings, out RunTokenizer tokenizer), tokenizer);
        settings = settings with { CacheFolder = folder.File("cache") };
        using (var texts = new RunTexts(settings))
            Assert.That(Text(texts.Read("data.valid", settings.Train, tokenizer), tokenizer), Is.EqualTo(expected));
        Assert.That(File.Exists(folder.File("cache", "valid.tokens")), Is.True);
    }

    private static ITokenSource Read(DataSettings settings, out RunTokenizer tokenizer)
    {
        using var texts = new RunTexts(settings);
        tokenizer = RunTokenizer.Train(texts.TrainingDocuments, new TokenizerSettings { VocabularySize = 262 }, settings.Meta);
        return texts.Read("data.train", settings.Train, tokenizer);
    }

    private static string Text(ITokenSource tokens, RunTokenizer tokenizer)
    {
        int[] ids = new int[tokens.Count];
        tokens.Read(0, ids);
        return tokenizer.Decode(ids, special: true);
    }
}
