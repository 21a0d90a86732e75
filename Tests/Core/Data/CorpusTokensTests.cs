using Tef.Core.Configuration;
using Tef.Core.Data;
using Tef.Core.Text;
using Tef.Core.Text.Cleaning;
using Tef.Core.Text.Corpora;
using Tef.Core.Tokenization;

namespace Tef.Tests.Core.Data;

public sealed class CorpusTokensTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    private static string Text(ITokenSource source)
    {
        int[] ids = new int[source.Count];
        source.Read(0, ids);
        return string.Concat(ids.Select(id => id == 0 ? '|' : (char)id));
    }

    private static string Tokens(IEnumerable<TextDocument> documents, MetaOptions? meta = null, int seed = 0)
    {
        var memory = new MemoryTokenSource(Bytes.Size);
        CorpusTokens.Write(documents, new Bytes(), memory, meta, seed);
        return Text(memory);
    }

    [Test]
    public void Documents_lie_between_end_of_text_tokens() =>
        Assert.That(Tokens([new("ab"), new("c", Continues: true), new("d"), new("e", "m")]), Is.EqualTo("|ab|cd|e|"));

    [Test]
    public void Meta_comes_before_the_body_within_its_length()
    {
        var meta = new MetaOptions { Use = true, Begin = "<<", End = ">>", MaxMetaTokens = 3, MaxBodyTokens = 4 };
        TextDocument[] documents = [new("abcdef", "tags"), new("xy"), new("123", "m", Continues: true), new("456", "n")];
        Assert.That(Tokens(documents, meta), Is.EqualTo("|<<tag>>abcd|xy|<<m>>1234|"));
        Assert.That(Tokens(documents, meta with { IgnoreProbability = 1 }), Is.EqualTo("|abcd|xy|1234|"));
    }

    [Test]
    public void Ignored_meta_follows_from_the_seed()
    {
        var meta = new MetaOptions { Use = true, Begin = "<<", End = ">>", IgnoreProbability = 0.25 };
        TextDocument[] documents = [.. Enumerable.Range(0, 2000).Select(_ => new TextDocument("x", "m"))];
        string first = Tokens(documents, meta, seed: 5);
        Assert.That(first.Count(c => c == 'm'), Is.EqualTo(1500).Within(80));
        Assert.That(Tokens(documents, meta, seed: 5), Is.EqualTo(first));
        Assert.That(Tokens(documents, meta, seed: 6), Is.Not.EqualTo(first));
    }

    [Test]
    public void Settings_clean_and_cache()
    {
        string path = _folder.Write("a.txt", "One 1!<|endoftext|>???<|endoftext|>Two");
        var settings = new DataSettings { Cleaning = new CleaningOptions { Preset = CleaningPreset.Text8 } };
        Assert.That(Text(CorpusTokens.Read(path, settings, new Bytes(), "train", 1)), Is.EqualTo("|one one|two|"));

        settings = settings with { CacheFolder = _folder.File("cache") };
        string file = _folder.File("cache", "train.tokens");
        DateTime Read(string expected, DataSettings used, Bytes? tokenizer = null)
        {
            ITokenSource source = CorpusTokens.Read(path, used, tokenizer ?? new Bytes(), "train", 1);
            Assert.That(Text(source), Is.EqualTo(expected));
            Assert.That(source.EndOfText, Is.Zero);
            Assert.That(source.TextBytes, Is.EqualTo(expected.Count(c => c != '|')));
            ((IDisposable)source).Dispose();
            return File.GetLastWriteTimeUtc(file);
        }

        Read("|one one|two|", settings);
        var old = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        void Age() => File.SetLastWriteTimeUtc(file, old);
        Age();
        Assert.That(Read("|one one|two|", settings), Is.EqualTo(old), "found again");
        Assert.That(Read("|One 1!|???|Two|", settings with { Cleaning = null }), Is.GreaterThan(old), "made anew for other settings");
        Age();
        File.WriteAllText(path, "Three");
        Assert.That(Read("|Three|", settings with { Cleaning = null }), Is.GreaterThan(old), "made anew for another text");
        Age();
        Assert.That(
            Read("|Three|", settings with { Cleaning = null }, new Bytes { Fingerprint = "other" }),
            Is.GreaterThan(old),
            "made anew for another tokenizer");
    }

    [Test]
    public void Documents_are_held_back_by_share_and_seed([Values] bool cached)
    {
        string path = _folder.Write("a.txt", string.Join("<|endoftext|>", Enumerable.Range(0, 2000).Select(i => $"story {i}")));
        var settings = new DataSettings { ValidShare = 0.1, CacheFolder = cached ? _folder.File("cache") : null };
        (string training, string validation) = Split(path, settings, seed: 5);

        // The same documents as a split into files gives.
        string a = _folder.File("a.part"), b = _folder.File("b.part");
        CorpusSplit.Run(path, [new(a, 0.9), new(b, 0.1)], seed: 5);
        Assert.That(training, Is.EqualTo(Tokens(DocumentReader.Read(a))));
        Assert.That(validation, Is.EqualTo(Tokens(DocumentReader.Read(b))));
        Assert.That(validation.Count(c => c == '|') - 1, Is.EqualTo(200).Within(40));

        Assert.That(Split(path, settings, seed: 5), Is.EqualTo((training, validation)));
        Assert.That(Split(path, settings, seed: 6).Validation, Is.Not.EqualTo(validation));
        Assert.That(Split(path, settings with { ValidShare = 0.5 }, seed: 5).Validation.Length, Is.GreaterThan(3 * validation.Length));
    }

    [Test]
    public void Parts_of_a_document_stay_together_when_documents_are_held_back()
    {
        string path = _folder.Write(
            "a.txt", string.Join("<|endoftext|>", Enumerable.Range(0, 60).Select(i => string.Concat(Enumerable.Repeat($"{i} ", 100)).Trim())));
        var settings = new DataSettings { ValidShare = 0.3, Reading = new DocumentReadOptions { MaxPartBytes = 64 } };
        (string training, string validation) = Split(path, settings, seed: 1);
        string[] documents = [.. training.Split('|'), .. validation.Split('|')];
        documents = [.. documents.Where(document => document.Length > 0)];
        Assert.That(documents, Has.Length.EqualTo(60));
        Assert.That(documents, Has.All.Matches<string>(document => document.Split(' ').Length == 100));
        Assert.That(training.Length, Is.GreaterThan(validation.Length));
    }

    [Test]
    public void Of_few_documents_the_end_is_held_back([Values] bool cached)
    {
        var settings = new DataSettings { ValidShare = 0.1, CacheFolder = cached ? _folder.File("cache") : null };
        string one = _folder.Write("one.txt", new string('a', 90) + new string('b', 10));
        for (int seed = 0; seed < 20; seed++)
        {
            (string training, string validation) = Split(one, settings, seed);
            Assert.That(training + validation, Is.EqualTo($"|{File.ReadAllText(one)}|"));
            Assert.That(validation, Is.EqualTo("bbbbbbbbb|"));
        }

        string three = _folder.Write("three.txt", "aaaa<|endoftext|>bbbb<|endoftext|>cccc");
        for (int seed = 0; seed < 20; seed++)
        {
            (string training, string validation) = Split(three, settings, seed);
            Assert.That(training.Trim('|'), Is.Not.Empty);
            Assert.That(validation.Trim('|'), Is.Not.Empty);
            Assert.That(string.Concat((training + validation).Split('|').Order()), Is.EqualTo("aaaabbbbcccc"));
        }

        Assert.That(
            () => Split(_folder.Write("short.txt", "a"), settings, seed: 1), Throws.ArgumentException.With.Message.Contains("empty"));
    }

    [Test]
    public void Damaged_cache_is_made_anew_but_damaged_text_is_an_error()
    {
        string path = _folder.Write("a.txt", "one<|endoftext|>two");
        var settings = new DataSettings { CacheFolder = _folder.File("cache") };
        var logger = new CollectedLog();
        string Read()
        {
            ITokenSource source = CorpusTokens.Read(path, settings, new Bytes(), "train", 1, logger);
            using var file = (IDisposable)source;
            return Text(source);
        }

        Assert.That(Read(), Is.EqualTo("|one|two|"));
        File.WriteAllBytes(_folder.File("cache", "train.tokens"), []);
        Assert.That(Read(), Is.EqualTo("|one|two|"));
        Assert.That(logger.Lines.Single(), Does.StartWith("Warning: ").And.Contain("train.tokens"));
        _folder.Write("a.txt", [(byte)'a', 0xFF]);
        Assert.That(Read, Throws.TypeOf<InvalidDataException>().With.Message.Contains("a.txt"));
    }

    private static (string Training, string Validation) Split(string path, DataSettings settings, int seed)
    {
        using SplitTokens split = CorpusTokens.ReadSplit(path, settings, new Bytes(), seed);
        return (Text(split.Training), Text(split.Validation));
    }

    /// <summary>Every byte of ASCII is a token; zero stands between documents.</summary>
    private sealed class Bytes : ITokenEncoder
    {
        public const int Size = 128;

        public int VocabularySize => Size;

        public int EndOfTextId => 0;

        public string Fingerprint { get; init; } = "bytes";

        public IReadOnlyList<int> Encode(ReadOnlySpan<char> text) => [.. text.ToArray().Select(c => (int)c)];

        public string Describe(int id) => ((char)id).ToString();
    }
}
