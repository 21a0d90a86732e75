using Tef.Core.Configuration;
using Tef.Core.Data;
using Tef.Core.Text;
using Tef.Core.Text.Cleaning;
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
