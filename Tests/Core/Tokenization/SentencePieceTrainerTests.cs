using Tef.Core.Tokenization;

namespace Tef.Tests.Core.Tokenization;

public class SentencePieceTrainerTests
{
    private static string[] Stories(int seed, int documents, int words)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, documents).Select(_ => RandomText.Story(random, words))];
    }

    private static SentencePieceTrainerOptions Options(SentencePieceKind kind, int size) =>
        new() { Kind = kind, VocabularySize = size, ByteFallback = false };

    private static byte[] File(SentencePieceVocabulary model)
    {
        using var stream = new MemoryStream();
        model.Write(stream);
        return stream.ToArray();
    }

    [TestCase(SentencePieceKind.Unigram)]
    [TestCase(SentencePieceKind.Bpe)]
    public void DoesNotDependOnThreadsOrOrder(SentencePieceKind kind)
    {
        string[] stories = Stories(1, 300, 200);
        byte[] expected = File(new SentencePieceTrainer(Options(kind, 200) with { Threads = 1 }).Train(stories));
        for (int threads = 2; threads <= 5; threads++)
        {
            Array.Reverse(stories);
            Assert.That(File(new SentencePieceTrainer(Options(kind, 200) with { Threads = threads }).Train(stories)), Is.EqualTo(expected));
        }
    }

    [TestCase(SentencePieceKind.Unigram)]
    [TestCase(SentencePieceKind.Bpe)]
    public void FixedPiecesComeFirstAndDoNotMix(SentencePieceKind kind)
    {
        string[] stories = [.. Stories(2, 4, 100).Select(story => $"{story}<sep>{story}")];
        SentencePieceTrainerOptions options = Options(kind, 400) with
        {
            ByteFallback = true,
            EndToken = "<|endoftext|>",
            ControlTokens = ["<pad>"],
            UserDefinedTokens = ["<sep>"],
        };
        SentencePieceVocabulary model = new SentencePieceTrainer(options).Train(stories);

        Assert.That(
            model.Pieces.Take(5).Select(piece => piece.Text), Is.EqualTo(new[] { "<unk>", "<s>", "<|endoftext|>", "<pad>", "<sep>" }));
        Assert.That(model.Pieces[3].Type, Is.EqualTo(SentencePieceType.Control));
        Assert.That(model.Pieces[4].Type, Is.EqualTo(SentencePieceType.UserDefined));
        Assert.That(model.Pieces.Skip(5).Take(256).All(piece => piece.Type == SentencePieceType.Byte));
        Assert.That(model.EndId, Is.EqualTo(2));
        Assert.That(model.Kind, Is.EqualTo(kind));
        Assert.That(model.Pieces, Has.Count.LessThanOrEqualTo(400));
        Assert.That(model.Pieces.Skip(261).Any(piece => piece.Text.Contains('<') || piece.Text.LastIndexOf('\u2581') > 0), Is.False);
    }

    [Test]
    public void MergesThePairThatComesMostOftenAndKeepsCharacters()
    {
        // "ab" comes eleven times, then "abab" four and " d" three times.
        SentencePieceVocabulary model = new SentencePieceTrainer(Options(SentencePieceKind.Bpe, 9) with { AddDummyPrefix = false })
            .Train(["abab abab abab abab dab dab dab"]);
        Assert.That(
            model.Pieces.Skip(3).Select(piece => (piece.Text, piece.Score)),
            Is.EqualTo(new[] { ("ab", 0f), ("abab", -1f), ("a", -2f), ("b", -3f), ("\u2581", -4f), ("d", -5f) }));
    }

    [Test]
    public void ProbabilitiesOfAUnigramModelSumToOneAtMost()
    {
        SentencePieceVocabulary model = new SentencePieceTrainer(Options(SentencePieceKind.Unigram, 120)).Train(Stories(3, 20, 200));
        double[] probabilities = [.. model.Pieces.Skip(3).Select(piece => Math.Exp(piece.Score))];
        Assert.That(probabilities.Sum(), Is.InRange(0.8, 1.0 + 1e-6));
        Assert.That(probabilities, Is.Ordered.Descending);
        Assert.That(model.Pieces, Has.Count.LessThanOrEqualTo(120));
    }

    [Test]
    public void RareCharactersAreLeftOut()
    {
        string text = string.Concat(Enumerable.Repeat("abc ", 1000)) + "\u4E2D";
        SentencePieceTrainerOptions options = Options(SentencePieceKind.Bpe, 20);
        SentencePieceVocabulary all = new SentencePieceTrainer(options with { CharacterCoverage = 1 }).Train([text]);
        SentencePieceVocabulary most = new SentencePieceTrainer(options).Train([text]);
        Assert.That(all.TryGetId("\u4E2D", out _), Is.True);
        Assert.That(most.TryGetId("\u4E2D", out _), Is.False);
    }

    [Test]
    public void WhatMakesNoModelIsAnError()
    {
        Assert.That(
            () => new SentencePieceTrainer(new SentencePieceTrainerOptions { VocabularySize = 259 }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("VocabularySize must be at least 260"));
        Assert.That(
            () => new SentencePieceTrainer(new SentencePieceTrainerOptions { ControlTokens = ["<s>"] }),
            Throws.ArgumentException.With.Message.Contains("'<s>' is there twice"));
        Assert.That(
            () => new SentencePieceTrainer(Options(SentencePieceKind.Unigram, 50)).Train(Array.Empty<string>()),
            Throws.InvalidOperationException.With.Message.Contains("no text"));
        Assert.That(
            () => new SentencePieceTrainer(Options(SentencePieceKind.Unigram, 5)).Train(["abcdef"]),
            Throws.InvalidOperationException.With.Message.Contains("VocabularySize must be at least 10 for 7 characters, but is 5"));
    }

    [Test]
    public void CanBeStoppedAndTellsHowFarItIs()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var trainer = new SentencePieceTrainer(Options(SentencePieceKind.Unigram, 60));
        Assert.That(() => trainer.Train(Stories(4, 2, 50), null, source.Token), Throws.InstanceOf<OperationCanceledException>());

        var told = new Collected();
        SentencePieceVocabulary model = trainer.Train(Stories(4, 2, 50), told);
        Assert.That(told.Reports[^1].Documents, Is.EqualTo(2));
        Assert.That(told.Reports[^1].Tokens, Is.EqualTo(model.Pieces.Count));
    }

    [Test]
    public void AFileComesBackAsItWas()
    {
        SentencePieceVocabulary model = new SentencePieceTrainer(Options(SentencePieceKind.Unigram, 60)).Train(Stories(5, 2, 50));
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            model.Save(path);
            SentencePieceVocabulary loaded = SentencePieceVocabulary.Load(path);
            Assert.That(loaded.Pieces, Is.EqualTo(model.Pieces));
            Assert.That(File(loaded), Is.EqualTo(File(model)));
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    private sealed class Collected : IProgress<TokenizerTrainingProgress>
    {
        public List<TokenizerTrainingProgress> Reports { get; } = [];

        public void Report(TokenizerTrainingProgress value) => Reports.Add(value);
    }
}
