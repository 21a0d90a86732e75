using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Tef.Tests.Tokenizers;

public class BpeTokenizerTests
{
    private static readonly Dictionary<string, int> s_letters =
        new() { ["<unk>"] = 0, ["a"] = 1, ["b"] = 2, ["c"] = 3, ["ab"] = 4, ["abc"] = 5 };

    private static BpeTokenizer Letters(Action<BpeOptions>? change = null)
    {
        var options = new BpeOptions(s_letters) { Merges = ["a b", "ab c"], UnknownToken = "<unk>" };
        change?.Invoke(options);
        return BpeTokenizer.Create(options);
    }

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    [Test]
    public void CharactersMerge()
    {
        BpeTokenizer tokenizer = Letters();
        Assert.That(tokenizer.EncodeToIds("abc ab cab"), Is.EqualTo(new[] { 5, 4, 3, 4 }));
        Assert.That(tokenizer.EncodeToTokens("abc ab", out _)[1], Is.EqualTo(new EncodedToken(4, "ab", 4..6)));
        Assert.That(tokenizer.Decode([5, 4, 0]), Is.EqualTo("abcab<unk>"));
        Assert.That(tokenizer.Decode([5, 4, 0], considerSpecialTokens: false), Is.EqualTo("abcab"));
        Assert.That(tokenizer.Vocabulary["abc"], Is.EqualTo(5));
    }

    [Test]
    public void UnknownCharactersAreReplacedFusedOrLeftOut()
    {
        Assert.That(Letters().EncodeToIds("axyb"), Is.EqualTo(new[] { 1, 0, 0, 2 }));
        Assert.That(Letters(o => o.FuseUnknownTokens = true).EncodeToIds("axyb🙂"), Is.EqualTo(new[] { 1, 0, 2, 0 }));
        Assert.That(Letters(o => o.UnknownToken = null).EncodeToIds("axb"), Is.EqualTo(new[] { 4 }));
        Assert.That(
            Letters(o => o.FuseUnknownTokens = true).EncodeToTokens("axyb🙂", out _).Select(token => token.Offset),
            Is.EqualTo(new[] { 0..1, 1..3, 3..4, 4..6 }));
    }

    [Test]
    public void UnknownBytesAreReplacedFusedOrLeftOut()
    {
        Assert.That(Letters(o => o.ByteLevel = true).EncodeToIds("aéb"), Is.EqualTo(new[] { 1, 0, 0, 2 }));
        Assert.That(Letters(o => (o.ByteLevel, o.FuseUnknownTokens) = (true, true)).EncodeToIds("aéb"), Is.EqualTo(new[] { 1, 0, 2 }));
        Assert.That(Letters(o => (o.ByteLevel, o.UnknownToken) = (true, null)).EncodeToIds("aéb"), Is.EqualTo(new[] { 4 }));
    }

    [Test]
    public void PrefixesAndSuffixesMarkThePlaceInAWord()
    {
        var vocabulary = new Dictionary<string, int>
        {
            ["a"] = 0,
            ["##b"] = 1,
            ["##c</w>"] = 2,
            ["ab"] = 3,
            ["##c"] = 4,
            ["a</w>"] = 5,
            ["abc</w>"] = 6,
        };
        var options = new BpeOptions(vocabulary)
        {
            Merges = ["a ##b", "ab ##c</w>"],
            ContinuingSubwordPrefix = "##",
            EndOfWordSuffix = "</w>",
        };
        BpeTokenizer tokenizer = BpeTokenizer.Create(options);
        Assert.That(tokenizer.EncodeToIds("abc a"), Is.EqualTo(new[] { 6, 5 }));
        Assert.That(tokenizer.Decode([6, 5]), Is.EqualTo("abc a"));
        Assert.That(tokenizer.ContinuingSubwordPrefix, Is.EqualTo("##"));
        Assert.That(tokenizer.EndOfWordSuffix, Is.EqualTo("</w>"));

        char[] buffer = new char[5];
        tokenizer.Decode([6, 5], buffer, out int consumed, out int written);
        Assert.That((new string(buffer), consumed, written), Is.EqualTo(("abc a", 2, 5)));

        options.ByteLevel = true;
        Assert.That(BpeTokenizer.Create(options).EncodeToIds("abc a"), Is.EqualTo(new[] { 6, 5 }));
        Assert.That(BpeTokenizer.Create(options).Decode([6]), Is.EqualTo("abc"));
    }

    [Test]
    public void BordersAndSpecialTokens()
    {
        BpeTokenizer tokenizer = Letters(o =>
        {
            o.SpecialTokens = new Dictionary<string, int> { ["<s>"] = 10, ["</s>"] = 11 };
            o.PreTokenizer = PreTokenizer.CreateWordOrNonWord(o.SpecialTokens);
            o.BeginningOfSentenceToken = "<s>";
            o.EndOfSentenceToken = "</s>";
        });
        Assert.That(tokenizer.BeginningOfSentenceToken, Is.EqualTo("<s>"));
        Assert.That(tokenizer.EncodeToIds("ab</s>c"), Is.EqualTo(new[] { 10, 4, 11, 3, 11 }));
        Assert.That(tokenizer.CountTokens("ab</s>c"), Is.EqualTo(5));
        Assert.That(tokenizer.EncodeToIds(""), Is.Empty);
        Assert.That(tokenizer.EncodeToIds("ab c", 2, out _, out int consumed), Is.EqualTo(new[] { 10, 4 }));
        Assert.That(consumed, Is.EqualTo(2));
        Assert.That(
            tokenizer.EncodeToTokens("ab", out _),
            Is.EqualTo(new[] { new EncodedToken(10, "<s>", 0..0), new EncodedToken(4, "ab", 0..2), new EncodedToken(11, "</s>", 2..2) }));
        Assert.That(tokenizer.GetIndexByTokenCountFromEnd("ab c", 2, out _, out int count), Is.EqualTo(3));
        Assert.That(count, Is.EqualTo(2));
        Assert.That(tokenizer.Decode([10, 4, 11]), Is.EqualTo("<s>ab</s>"));
    }

    // Numbers that the package's own tests give for GPT-2's vocabulary used on characters.
    [Test]
    public void Gpt2VocabularyOnCharacters()
    {
        var special = new Dictionary<string, int> { ["<|sos|>"] = 50257, ["<|eos|>"] = 50258 };
        var options = new BpeOptions(Gpt2.VocabularyFile, Gpt2.MergesFile)
        {
            UnknownToken = "unk",
            SpecialTokens = special,
            BeginningOfSentenceToken = "<|sos|>",
            EndOfSentenceToken = "<|eos|>",
        };
        IReadOnlyList<int> ids = BpeTokenizer.Create(options).EncodeToIds("Hello world!\uD800", considerPreTokenization: false);
        Assert.That(ids, Is.EqualTo(new[] { 50257, 15496, 2954, 6894, 0, 2954, 50258 }));
        Assert.That(BpeTokenizer.Create(options).Decode(ids), Is.EqualTo("<|sos|>Hellounkworld!unk<|eos|>"));

        options.UnknownToken = null;
        ids = BpeTokenizer.Create(options).EncodeToIds("Hello world!\uD800", considerPreTokenization: false);
        Assert.That(ids, Is.EqualTo(new[] { 50257, 39, 5037, 1764, 0, 50258 }));
    }

    [Test]
    public void TextIsNormalizedFirst()
    {
        BpeTokenizer tokenizer = Letters(o => o.Normalizer = LowerCaseNormalizer.Instance);
        Assert.That(tokenizer.EncodeToIds("ABC"), Is.EqualTo(new[] { 5 }));
        Assert.That(tokenizer.EncodeToIds("ABC".AsSpan()), Is.EqualTo(new[] { 5 }));
        Assert.That(tokenizer.EncodeToIds("ABC", considerNormalization: false), Is.EqualTo(new[] { 0, 0, 0 }));
        tokenizer.EncodeToTokens("ABC", out string? normalized);
        Assert.That(normalized, Is.EqualTo("abc"));
        Assert.That(UpperCaseNormalizer.Instance.Normalize("straße".AsSpan()), Is.EqualTo("STRAßE"));
    }

    [Test]
    public async Task StreamsAreReadAndLeftOpen()
    {
        const string Json = """{"a": 0, "b": 1, "ab": 2}""";
        using MemoryStream vocabulary = Stream(Json);
        using MemoryStream merges = Stream("#version: 0.2\na b\n");
        Assert.That(BpeTokenizer.Create(vocabulary, merges).EncodeToIds("ab"), Is.EqualTo(new[] { 2 }));
        Assert.That(vocabulary.CanRead && merges.CanRead);
        Assert.That(BpeTokenizer.Create(Stream(Json), null).EncodeToIds("ab"), Is.EqualTo(new[] { 0, 1 }));

        BpeTokenizer later = await BpeTokenizer.CreateAsync(Stream(Json), Stream("a b"), unknownToken: "b");
        Assert.That(later.EncodeToIds("abx"), Is.EqualTo(new[] { 2, 1 }));
    }

    [TestCase("""{"a": 0, "b": 1}""", "a b", "'ab'")]
    [TestCase("""{"a": 0, "b": 1, "ab": 2}""", "a b\na c", "line 2")]
    [TestCase("""{"a": 0, "b": 1, "ab": 2}""", "a b\na b", "line 2")]
    [TestCase("""{"a": 0, "b": 1, "ab": 2}""", "ab", "line 1")]
    [TestCase("""{"a": 0, "b": 0, "ab": 2}""", "a b", "same id 0")]
    [TestCase("{\"a\": 0,\n\"b\" 1}", "", "line 2")]
    [TestCase("{\"a\": 0,\n\"b\": \"x\"}", "", "line 2")]
    [TestCase("[1]", "", "line 1")]
    [TestCase("", "", "line 1")]
    public void DamagedStreamsAreErrors(string json, string merges, string expected)
    {
        Assert.That(
            () => BpeTokenizer.Create(Stream(json), Stream(merges)),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains(expected));
    }

    [Test]
    public void BadOptionsAreErrors()
    {
        Assert.That(() => BpeTokenizer.Create((BpeOptions)null!), Throws.ArgumentNullException);
        Assert.That(() => new BpeOptions("no/such/file.json"), Throws.ArgumentException.With.Message.Contains("no/such/file.json"));
        Assert.That(() => BpeTokenizer.Create(new BpeOptions([])), Throws.InvalidOperationException);
        Assert.That(() => Letters(o => o.UnknownToken = "?"), Throws.InvalidOperationException.With.Message.Contains("'?'"));
        Assert.That(() => Letters(o => o.BeginningOfSentenceToken = "<s>"), Throws.InvalidOperationException.With.Message.Contains("<s>"));
        Assert.That(() => Letters(o => o.EndOfSentenceToken = "<s>"), Throws.InvalidOperationException.With.Message.Contains("<s>"));
        Assert.That(() => Letters(o => o.Merges = ["ab"]), Throws.InvalidOperationException.With.Message.Contains("Merge 1"));
        Assert.That(() => Letters(o => o.Merges = ["a x"]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("'x'"));
        Assert.That(
            () => Letters(o => o.SpecialTokens = new Dictionary<string, int> { ["x"] = 9, ["y"] = 9 }),
            Throws.ArgumentException.With.Message.Contains("9"));
    }

    [Test]
    public void PreTokenizersSplitAsTheirExpressions()
    {
        const string Text = "It's 2 o'clock — <x>now</x>!  \n";
        var special = new Dictionary<string, int> { ["<x>"] = 1, ["</x>"] = 2 };
        static string[] Split(PreTokenizer preTokenizer) =>
            [.. preTokenizer.PreTokenize(Text).Select(piece => Text.Substring(piece.Offset, piece.Length))];

        Assert.That(Split(PreTokenizer.CreateWhiteSpace()), Is.EqualTo(new[] { "It's", "2", "o'clock", "—", "<x>now</x>!" }));
        Assert.That(Split(PreTokenizer.CreateWhiteSpace(special))[4..], Is.EqualTo(new[] { "<x>", "now", "</x>", "!" }));
        Assert.That(
            Split(PreTokenizer.CreateWordOrPunctuation()),
            Is.EqualTo(new[] { "It", "'", "s", "2", "o", "'", "clock", "—", "x", "now", "/", "x", "!" }));
        Assert.That(
            Split(PreTokenizer.CreateWordOrNonWord()),
            Is.EqualTo(new[] { "It", "'", "s", "2", "o", "'", "clock", "—", "<", "x", ">", "now", "</", "x", ">!" }));
        Assert.That(Split(RobertaPreTokenizer.Instance)[..4], Is.EqualTo(new[] { "It", "'s", " 2", " o" }));
        Assert.That(
            Split(new RegexPreTokenizer(new Regex(Gpt2.Pattern), special))[^6..],
            Is.EqualTo(new[] { " ", "<x>", "now", "</x>", "!", "  \n" }));
        Assert.That(Split(new RegexPreTokenizer(new Regex("o*"), null)), Is.EqualTo(new[] { "o", "o", "o" }));
        Assert.That(PreTokenizer.CreateWhiteSpace().PreTokenize("a b".AsSpan()), Is.EqualTo(new[] { (0, 1), (2, 1) }));
        Assert.That(RobertaPreTokenizer.Instance.PreTokenize("a b".AsSpan()), Is.EqualTo(new[] { (0, 1), (1, 2) }));
    }

    // The same expression under an option that changes nothing but is not known to: it is run instead of scanned for.
    [TestCase(Gpt2.Pattern)]
    [TestCase(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    [TestCase(@"'(?:[sdmt]|ll|ve|re)| ?(?>\p{L}+)| ?(?>\p{N}+)| ?(?>[^\s\p{L}\p{N}]+)|(?>\s+)$|\s+(?!\S)|\s")]
    public void TheScannedExpressionSplitsAsTheOneThatIsRun(string pattern)
    {
        var special = new Dictionary<string, int> { ["<|endoftext|>"] = 1, ["<|endof"] = 2, ["'s"] = 3 };
        var scanned = new RegexPreTokenizer(new Regex(pattern), special);
        var run = new RegexPreTokenizer(new Regex(pattern, RegexOptions.Singleline), special);
        var random = new Random(41);
        for (int i = 0; i < 1000; i++)
        {
            string text = Core.Tokenization.RandomText.Next(random);
            Assert.That(scanned.PreTokenize(text), Is.EqualTo(run.PreTokenize(text)));
        }
    }

    [Test]
    public void EmptySpecialTokensAreRefused()
    {
        Assert.That(
            () => new RegexPreTokenizer(new Regex("a"), new Dictionary<string, int> { [""] = 1 }), Throws.ArgumentException);
    }

    [Test]
    public void ATokenizerThatOnlyMakesTokensHasTheRest()
    {
        Tokenizer tokenizer = new Characters();
        Assert.That(tokenizer.EncodeToIds("abc"), Is.EqualTo(new[] { 97, 98, 99 }));
        Assert.That(tokenizer.CountTokens("abc"), Is.EqualTo(3));
        Assert.That(tokenizer.GetIndexByTokenCount("abc", 2, out _, out int count), Is.EqualTo(2));
        Assert.That(count, Is.EqualTo(2));
        Assert.That(tokenizer.GetIndexByTokenCountFromEnd("abc", 2, out _, out _), Is.EqualTo(1));
        string text = new('x', 5000);
        Assert.That(tokenizer.Decode(tokenizer.EncodeToIds(text)), Is.EqualTo(text));
        Assert.That(tokenizer.PreTokenizer, Is.Null);
        Assert.That(tokenizer.Normalizer, Is.Null);
    }

    private sealed class Characters : Tokenizer
    {
        protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
            new()
            {
                Tokens = [.. textSpan.ToArray().Select((c, i) => new EncodedToken(c, $"{c}", i..(i + 1)))],
                CharsConsumed = textSpan.Length,
            };

        public override System.Buffers.OperationStatus Decode(
            IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
        {
            idsConsumed = charsWritten = 0;
            foreach (int id in ids)
            {
                if (charsWritten == destination.Length)
                    return System.Buffers.OperationStatus.DestinationTooSmall;
                destination[charsWritten++] = (char)id;
                idsConsumed++;
            }

            return System.Buffers.OperationStatus.Done;
        }
    }
}
