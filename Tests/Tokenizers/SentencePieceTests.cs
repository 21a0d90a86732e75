using System.Buffers;
using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace Tef.Tests.Tokenizers;

public class SentencePieceTests
{
    private const ulong Unigram = 1;
    private const ulong Bpe = 2;

    // <unk> <s> </s>, then pieces of the given scores; byte pieces when the model falls back to them.
    private static byte[] Model(ulong kind, (string Text, float Score, int Kind)[] pieces, bool byteFallback = false, bool suffix = false)
    {
        var model = new ModelBytes().Piece("<unk>", 0, 2).Piece("<s>", 0, 3).Piece("</s>", 0, 3);
        for (int value = 0; value < 256 && byteFallback; value++)
            model.Piece($"<0x{value:X2}>", 0, 6);
        foreach ((string text, float score, int pieceKind) in pieces)
            model.Piece(text, score, pieceKind);
        return model
            .Message(2, new ModelBytes().Varint(3, kind).Varint(24, suffix ? 1u : 0).Varint(35, byteFallback ? 1u : 0))
            .Message(3, new ModelBytes().Text(1, "identity"))
            .ToArray();
    }

    private static readonly (string, float, int)[] s_unigram =
        [("▁", -3, 1), ("a", -3, 1), ("b", -3, 1), ("▁a", -2, 1), ("ab", -2.5f, 1), ("▁ab", -4, 1), ("<sep>", 0, 4)];

    private static readonly (string, float, int)[] s_bpe =
        [("▁a", 0, 1), ("ab", -1, 1), ("▁ab", -2, 1), ("▁", -3, 1), ("a", -4, 1), ("b", -5, 1), ("<sep>", 0, 4)];

    private static SentencePieceTokenizer Create(
        byte[] model, bool beginning = false, bool end = false, Dictionary<string, int>? special = null) =>
        SentencePieceTokenizer.Create(new MemoryStream(model), beginning, end, special);

    private static string Show(SentencePieceTokenizer tokenizer, string text)
    {
        IReadOnlyList<EncodedToken> tokens = tokenizer.EncodeToTokens(text, out string? normalized);
        Assert.That(tokenizer.EncodeToIds(text), Is.EqualTo(tokens.Select(token => token.Id)));
        Assert.That(tokenizer.CountTokens(text), Is.EqualTo(tokens.Count));
        foreach (EncodedToken token in tokens)
            Assert.That(token.Offset.End.Value, Is.LessThanOrEqualTo(normalized!.Length));
        return string.Join(' ', tokens.Select(token => token.Value));
    }

    [Test]
    public void IdsEqualTheReference()
    {
        using FileStream model = File.OpenRead(Gpt2.SharedFile("data", "sentencepiece", "text8-unigram-1000.model"));
        SentencePieceTokenizer tokenizer = SentencePieceTokenizer.Create(model, addBeginningOfSentence: false);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("sentencepiece_unigram.json")));
        foreach (JsonElement item in document.RootElement.EnumerateArray())
        {
            string text = item.GetProperty("text").GetString()!;
            int[] ids = [.. item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            Assert.That(tokenizer.EncodeToIds(text), Is.EqualTo(ids), text);
            Assert.That(
                tokenizer.EncodeToTokens(text, out _).Select(token => token.Value),
                Is.EqualTo(item.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString())));

            // Unknown pieces are left out here, SentencePiece writes " ⁇ " for them.
            if (!ids.Contains(tokenizer.UnknownId))
                Assert.That(tokenizer.Decode(ids), Is.EqualTo(item.GetProperty("decoded").GetString()));
        }
    }

    [Test]
    public void UnigramTakesTheLikeliestSegmentation()
    {
        SentencePieceTokenizer tokenizer = Create(Model(Unigram, s_unigram));
        Assert.That(Show(tokenizer, "ab"), Is.EqualTo("▁ab"));
        Assert.That(Show(tokenizer, "aab b"), Is.EqualTo("▁a ab ▁ b"));
        Assert.That(Show(tokenizer, "  a   ab "), Is.EqualTo("▁a ▁ab"));
        Assert.That(Show(tokenizer, "a<sep>ab"), Is.EqualTo("▁a <sep> ab"));
        Assert.That(Show(tokenizer, ""), Is.Empty);
        Assert.That(Show(tokenizer, "   "), Is.Empty);
        Assert.That(tokenizer.Decode(tokenizer.EncodeToIds("ab a  b")), Is.EqualTo("ab a b"));
    }

    [Test]
    public void BpeMergesTheBestPieceFirst()
    {
        SentencePieceTokenizer tokenizer = Create(Model(Bpe, s_bpe));
        Assert.That(Show(tokenizer, "ab"), Is.EqualTo("▁ab"));
        Assert.That(Show(tokenizer, "abab"), Is.EqualTo("▁ab ab"));
        Assert.That(Show(tokenizer, "aab"), Is.EqualTo("▁a ab"));
        Assert.That(Show(tokenizer, "a<sep>ab"), Is.EqualTo("▁a <sep> ab"));
        Assert.That(tokenizer.Decode(tokenizer.EncodeToIds("ab a  b")), Is.EqualTo("ab a b"));
    }

    [Test]
    public void UnknownCharactersMakeOneTokenOrTheirBytes()
    {
        foreach (ulong kind in (ulong[])[Unigram, Bpe])
        {
            (string, float, int)[] pieces = kind == Unigram ? s_unigram : s_bpe;
            SentencePieceTokenizer tokenizer = Create(Model(kind, pieces));
            Assert.That(Show(tokenizer, "xé🙂a"), Is.EqualTo("▁ xé🙂 a"));
            Assert.That(tokenizer.EncodeToIds("x")[1], Is.EqualTo(tokenizer.UnknownId));
            Assert.That(tokenizer.Decode(tokenizer.EncodeToIds("xa"), considerSpecialTokens: true), Is.EqualTo("<unk>a"));

            SentencePieceTokenizer bytes = Create(Model(kind, pieces, byteFallback: true));
            Assert.That(Show(bytes, "éa🙂"), Is.EqualTo("▁ <0xC3> <0xA9> a <0xF0> <0x9F> <0x99> <0x82>"));
            Assert.That(
                bytes.EncodeToTokens("é🙂a", out _).Select(token => token.Offset),
                Is.EqualTo(new[] { 0..1, 1..2, 2..2, 2..4, 4..4, 4..4, 4..4, 4..5 }));
            Assert.That(bytes.Decode(bytes.EncodeToIds("éa 🙂☃ b")), Is.EqualTo("éa 🙂☃ b"));
        }
    }

    [Test]
    public void TheBytesOfACharacterStayTogether()
    {
        SentencePieceTokenizer tokenizer = Create(Model(Unigram, s_unigram, byteFallback: true));
        for (int limit = 1; limit <= 5; limit++)
        {
            IReadOnlyList<int> ids = tokenizer.EncodeToIds("🙂a", limit, out string? normalized, out int consumed);
            Assert.That(normalized, Is.EqualTo("▁🙂a"));
            Assert.That((ids.Count, consumed), Is.EqualTo(limit == 5 ? (5, 3) : (1, 1)));
            Assert.That(tokenizer.GetIndexByTokenCount("🙂a", limit, out _, out int count), Is.EqualTo(consumed));
            Assert.That(count, Is.EqualTo(ids.Count));
            Assert.That(tokenizer.GetIndexByTokenCountFromEnd("🙂a", limit, out _, out count), Is.EqualTo(limit == 5 ? 1 : 3));
            Assert.That(count, Is.EqualTo(limit == 5 ? 5 : 1));
        }
    }

    [Test]
    public void SpacesMayEndWords()
    {
        SentencePieceTokenizer tokenizer = Create(Model(Unigram, [("▁", -3, 1), ("a", -3, 1), ("a▁", -2, 1), ("b", -3, 1)], suffix: true));
        Assert.That(Show(tokenizer, "a ba"), Is.EqualTo("a▁ b a▁"));
        Assert.That(tokenizer.Decode(tokenizer.EncodeToIds("a ba")), Is.EqualTo("a ba"));
        Assert.That(tokenizer.TreatWhitespaceAsSuffix);
    }

    [Test]
    public void BordersAndSpecialTokens()
    {
        SentencePieceTokenizer tokenizer = Create(Model(Unigram, s_unigram), beginning: true, end: true, new() { ["<|x|>"] = 100 });
        Assert.That(Show(tokenizer, "a<|x|>ab"), Is.EqualTo("<s> ▁a <|x|> ▁ab </s>"));
        IReadOnlyList<int> ids = tokenizer.EncodeToIds("a<|x|>b");
        Assert.That(tokenizer.Decode(ids, considerSpecialTokens: true), Is.EqualTo("<s>a<|x|> b</s>"));
        Assert.That(tokenizer.Decode(ids), Is.EqualTo("a b"));
        Assert.That(tokenizer.EncodeToIds("a", addBeginningOfSentence: false, addEndOfSentence: true), Has.Count.EqualTo(2));
        Assert.That(Show(Create(Model(Bpe, s_bpe), special: new() { ["<|x|>"] = 100 }), "a<|x|>ab"), Is.EqualTo("▁a <|x|> ab"));
    }

    [Test]
    public void DecodingIntoASpanStopsAtWholePieces()
    {
        SentencePieceTokenizer tokenizer = Create(Model(Unigram, s_unigram, byteFallback: true));
        const string Text = "ab é a 🙂";
        IReadOnlyList<int> ids = tokenizer.EncodeToIds(Text);
        for (int length = 0; length <= Text.Length; length++)
        {
            char[] buffer = new char[length];
            OperationStatus status = tokenizer.Decode(ids, buffer, out int consumed, out int written);
            Assert.That(status, Is.EqualTo(length < Text.Length ? OperationStatus.DestinationTooSmall : OperationStatus.Done));
            Assert.That(tokenizer.Decode(ids.Take(consumed)), Is.EqualTo(Text[..written]));
        }
    }

    [Test]
    public void ALongTextWithoutASpaceIsNoProblem()
    {
        string text = string.Concat(Enumerable.Repeat("aabéx", 20_000));
        foreach (byte[] model in (byte[][])[Model(Unigram, s_unigram, byteFallback: true), Model(Bpe, s_bpe, byteFallback: true)])
        {
            SentencePieceTokenizer tokenizer = Create(model);
            Assert.That(tokenizer.Decode(tokenizer.EncodeToIds(text)), Is.EqualTo(text));
        }
    }

    [Test]
    public void DamagedModelsAreErrorsAndNothingElse()
    {
        byte[] model = Model(Unigram, s_unigram, byteFallback: true);
        Assert.That(() => Create([]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("no pieces"));
        Assert.That(() => Create(model[..^3]), Throws.InstanceOf<InvalidDataException>());
        Assert.That(
            () => Create(Model(Unigram, [("a", -1, 1), ("a", -1, 1)])),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("'a'"));
        Assert.That(() => Create(Model(Unigram, [("a", float.NaN, 1)])), Throws.InstanceOf<InvalidDataException>());
        Assert.That(() => Create(Model(3, s_unigram)), Throws.ArgumentException.With.Message.Contains("Word"));

        var random = new Random(51);
        for (int i = 0; i < 2000; i++)
        {
            byte[] damaged = [.. model];
            for (int k = random.Next(3); k >= 0; k--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (i % 4 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                Create(damaged).EncodeToIds("ab é <sep> a");
            }
            catch (Exception e) when (e is InvalidDataException or ArgumentException)
            {
                // The only kinds of error that are expected.
            }
        }
    }

    [Test]
    public void DamagedRulesAreErrorsAndNothingElse()
    {
        byte[] model = File.ReadAllBytes(Gpt2.SharedFile("data", "sentencepiece", "text8-unigram-1000.model"));
        var random = new Random(52);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. model];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                Create(damaged).EncodeToIds("The ﬁrst é ² ½ Ａ text\t.");
            }
            catch (Exception e) when (e is InvalidDataException or ArgumentException)
            {
                // The only kinds of error that are expected.
            }
        }
    }
}
