using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML.Tokenizers;
using Tef.Tests.Core.Tokenization;

namespace Tef.Tests.Tokenizers;

public class Gpt2EncodingTests
{
    /// <summary>Skips the fixture where GPT-2's vocabulary is not at hand.</summary>
    [OneTimeSetUp]
    public void NeedVocabulary() => _ = Gpt2.Tokenizer;

    private static string DecodeToSpan(Tokenizer tokenizer, IReadOnlyList<int> ids, int length)
    {
        char[] buffer = new char[length];
        Assert.That(tokenizer.Decode(ids, buffer, out int consumed, out int written), Is.EqualTo(OperationStatus.Done));
        Assert.That(consumed, Is.EqualTo(ids.Count));
        return new string(buffer, 0, written);
    }

    [Test]
    public void DecodingGivesAnyTextBack()
    {
        var random = new Random(31);
        for (int i = 0; i < 3000; i++)
        {
            string text = RandomText.Next(random);
            foreach (BpeTokenizer tokenizer in (BpeTokenizer[])[Gpt2.Tokenizer, Gpt2.Plain])
            {
                IReadOnlyList<int> ids = tokenizer.EncodeToIds(text);
                Assert.That(tokenizer.Decode(ids), Is.EqualTo(text));
                Assert.That(DecodeToSpan(tokenizer, ids, text.Length), Is.EqualTo(text));
                Assert.That(tokenizer.CountTokens(text), Is.EqualTo(ids.Count));
            }
        }
    }

    [Test]
    public void DecodingGivesAnyStringBack()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1000),
            Prop.ForAll<string?>(text => text is null || Gpt2.Tokenizer.Decode(Gpt2.Tokenizer.EncodeToIds(text)) == text));
    }

    [Test]
    public void TokensHaveTheIdsAndCoverTheText()
    {
        var random = new Random(32);
        for (int i = 0; i < 2000; i++)
        {
            string text = RandomText.Next(random);
            IReadOnlyList<EncodedToken> tokens = Gpt2.Tokenizer.EncodeToTokens(text, out string? normalized);
            Assert.That(normalized, Is.Null);
            Assert.That(tokens.Select(token => token.Id), Is.EqualTo(Gpt2.Tokenizer.EncodeToIds(text)));

            int covered = 0;
            foreach (EncodedToken token in tokens)
            {
                Assert.That(Gpt2.Tokenizer.Vocabulary[token.Value], Is.EqualTo(token.Id));
                (int start, int end) = (token.Offset.Start.Value, token.Offset.End.Value);
                Assert.That(end, Is.GreaterThan(start));

                // A token begins where the last ended, or in the character that the last ended in.
                bool splitsCharacter = start == covered - 1;
                bool afterPair = start == covered + 1 && char.IsLowSurrogate(text[covered]);
                Assert.That(start == covered || splitsCharacter || afterPair, $"{start} after {covered}");
                covered = end;
            }

            Assert.That(covered == text.Length || covered == text.Length - 1 && char.IsLowSurrogate(text[^1]));
        }
    }

    [Test]
    public void OffsetsAreInCharacters()
    {
        static string[] Show(string text) =>
            [.. Gpt2.Tokenizer.EncodeToTokens(text, out _).Select(token => $"{token.Value} {token.Offset}")];

        Assert.That(Show("Hello world"), Is.EqualTo(new[] { "Hello 0..5", "Ġworld 5..11" }));
        Assert.That(Show("naïve"), Is.EqualTo(new[] { "na 0..2", "Ã¯ve 2..5" }));
        Assert.That(Show("…½№"), Has.Length.GreaterThan(3));

        // Two tokens inside one character both have its offset; of a pair of surrogates that of the first.
        string[] emoji = Show("a🙂b");
        Assert.That(emoji[0], Is.EqualTo("a 0..1"));
        Assert.That(emoji[1], Does.EndWith(" 1..2"));
        Assert.That(emoji[2], Does.EndWith(" 1..2"));
        Assert.That(emoji[^1], Is.EqualTo("b 3..4"));
        Assert.That(Show("<|endoftext|>a"), Is.EqualTo(new[] { "<|endoftext|> 0..13", "a 13..14" }));
    }

    [Test]
    public void ALimitKeepsTheFirstTokens()
    {
        var random = new Random(33);
        for (int i = 0; i < 300; i++)
        {
            string text = RandomText.Next(random) + "once upon a time";
            IReadOnlyList<EncodedToken> tokens = Gpt2.Tokenizer.EncodeToTokens(text, out _);
            for (int limit = 1; limit <= tokens.Count + 1; limit++)
            {
                int kept = Math.Min(limit, tokens.Count);
                IReadOnlyList<int> ids = Gpt2.Tokenizer.EncodeToIds(text, limit, out _, out int consumed);
                Assert.That(ids, Is.EqualTo(tokens.Take(kept).Select(token => token.Id)));
                Assert.That(consumed, Is.EqualTo(kept < tokens.Count ? tokens[kept].Offset.Start.Value : text.Length));

                Assert.That(Gpt2.Tokenizer.GetIndexByTokenCount(text, limit, out _, out int count), Is.EqualTo(consumed));
                Assert.That(count, Is.EqualTo(kept));

                int start = Gpt2.Tokenizer.GetIndexByTokenCountFromEnd(text, limit, out _, out count);
                Assert.That(start, Is.EqualTo(tokens[^kept].Offset.Start.Value));
                Assert.That(count, Is.EqualTo(kept));
            }
        }
    }

    [Test]
    public void ALimitMustBePositive()
    {
        Assert.That(() => Gpt2.Tokenizer.EncodeToIds("a", 0, out _, out _), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Gpt2.Tokenizer.GetIndexByTokenCount("a", -1, out _, out _), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => Gpt2.Tokenizer.GetIndexByTokenCountFromEnd("a", 0, out _, out _),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void DecodingIntoASpanStopsAtWholeCharacters()
    {
        const string Text = "naïve 🙂 <|endoftext|>日本";
        IReadOnlyList<int> ids = Gpt2.Tokenizer.EncodeToIds(Text);
        for (int length = 0; length < Text.Length; length++)
        {
            char[] buffer = new char[length];
            OperationStatus status = Gpt2.Tokenizer.Decode(ids, buffer, out int consumed, out int written);
            Assert.That(status, Is.EqualTo(OperationStatus.DestinationTooSmall));
            Assert.That(consumed, Is.LessThan(ids.Count));
            Assert.That(Gpt2.Tokenizer.Decode(ids.Take(consumed)), Is.EqualTo(Text[..written]));
            Assert.That(new string(buffer, 0, written), Is.EqualTo(Text[..written]));
        }
    }

    [Test]
    public void SpecialTokensCanBeLeftOut()
    {
        int[] ids = [50256, 7454, 2402, 50256];
        Assert.That(Gpt2.Tokenizer.Decode(ids), Is.EqualTo("<|endoftext|>Once upon<|endoftext|>"));
        Assert.That(Gpt2.Tokenizer.Decode(ids, considerSpecialTokens: false), Is.EqualTo("Once upon"));

        char[] buffer = new char[9];
        OperationStatus status = Gpt2.Tokenizer.Decode(ids, buffer, considerSpecialTokens: false, out int consumed, out int written);
        Assert.That((status, consumed, written), Is.EqualTo((OperationStatus.Done, 4, 9)));
    }

    [Test]
    public void BytesThatAreNoTextAreReplaced()
    {
        int first = Gpt2.Tokenizer.EncodeToIds("🙂")[0];
        Assert.That(Gpt2.Tokenizer.Decode([first, 64]), Is.EqualTo("\uFFFDa"));
        Assert.That(Gpt2.Tokenizer.Decode([first]), Is.EqualTo("\uFFFD"));
        Assert.That(Gpt2.Tokenizer.Decode([first, 64], new char[9], out _, out _), Is.EqualTo(OperationStatus.InvalidData));

        // The character is not whole yet: its id is not consumed.
        Assert.That(Gpt2.Tokenizer.Decode([64, first], new char[9], out int consumed, out int written), Is.EqualTo(OperationStatus.Done));
        Assert.That((consumed, written), Is.EqualTo((1, 1)));
    }

    [Test]
    public void ForeignIdsAreLeftOutOrInvalid()
    {
        Assert.That(Gpt2.Tokenizer.Decode([64, 99999, 65]), Is.EqualTo("ab"));
        Assert.That(Gpt2.Tokenizer.Decode([64, 99999, 65], new char[9], out int consumed, out _), Is.EqualTo(OperationStatus.InvalidData));
        Assert.That(consumed, Is.EqualTo(1));
    }

    [Test]
    public void WithoutPreTokenizationMergesReachOverWords()
    {
        Assert.That(Gpt2.Tokenizer.EncodeToIds("Once upon", considerPreTokenization: false), Is.EqualTo(new[] { 7454, 2402 }));
        Assert.That(Gpt2.Tokenizer.EncodeToIds("<|endoftext|>", considerPreTokenization: false), Is.EqualTo(new[] { 50256 }));
    }

    [TestCase("x")]
    [TestCase("ab")]
    [TestCase("é")]
    [TestCase("\uD800")]
    [TestCase(" \n")]
    [TestCase("0")]
    [TestCase("'")]
    public void HundredThousandCharactersWithoutASpaceAreNoProblem(string unit)
    {
        string text = string.Concat(Enumerable.Repeat(unit, 100_000 / unit.Length));
        IReadOnlyList<int> ids = Gpt2.Tokenizer.EncodeToIds(text);
        Assert.That(Gpt2.Tokenizer.Decode(ids), Is.EqualTo(text));
    }

    [Test]
    public void ThreadsShareATokenizer()
    {
        string[] texts =
            [.. Enumerable.Range(0, 32).Select(i => RandomText.Story(new Random(i), 300) + RandomText.Next(new Random(i), 1000))];
        IReadOnlyList<int>[] expected = [.. texts.Select(text => Gpt2.Plain.EncodeToIds(text))];
        Parallel.For(0, 8 * texts.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            Assert.That(Gpt2.Plain.EncodeToIds(texts[i % texts.Length]), Is.EqualTo(expected[i % texts.Length]));
        });
    }
}
