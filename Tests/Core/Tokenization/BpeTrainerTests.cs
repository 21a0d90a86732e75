using Tef.Core.Tokenization;

namespace Tef.Tests.Core.Tokenization;

public class BpeTrainerTests
{
    private static string[] Stories(int seed, int documents, int words)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, documents).Select(_ => RandomText.Story(random, words))];
    }

    private static BpeTrainerOptions Options(int size) => new() { VocabularySize = size };

    [TestCase(1, 300)]
    [TestCase(2, 340)]
    [TestCase(3, 500)]
    public void LearnsWhatCountingAnewLearns(int seed, int size)
    {
        string[] stories = Stories(seed, 5, 200);
        BpeVocabulary vocabulary = new BpeTrainer(Options(size)).Train(stories);
        (List<string> tokens, List<(string Left, string Right)> merges) =
            NaiveBpe.Train(stories, size, minFrequency: 2, [BpeTrainerOptions.EndOfText]);

        Assert.That(vocabulary.Merges, Is.EqualTo(merges));
        Assert.That(vocabulary.Tokens, Is.EqualTo(tokens));
    }

    [Test]
    public void LearnsRunsOfOneLetterFromTheLeft()
    {
        string[] documents = ["aaaaa aaaaaaa aaa", "abababab babab aabb"];
        BpeVocabulary vocabulary = new BpeTrainer(Options(280) with { MinFrequency = 1 }).Train(documents);
        (List<string> tokens, _) = NaiveBpe.Train(documents, 280, minFrequency: 1, [BpeTrainerOptions.EndOfText]);
        Assert.That(vocabulary.Tokens, Is.EqualTo(tokens));
    }

    [Test]
    public void DoesNotDependOnThreadsOrOrder()
    {
        string[] stories = Stories(4, 300, 300);
        string[] expected = [.. new BpeTrainer(Options(600) with { Threads = 1 }).Train(stories).Tokens];
        for (int threads = 2; threads <= 5; threads++)
        {
            Array.Reverse(stories);
            Assert.That(new BpeTrainer(Options(600) with { Threads = threads }).Train(stories).Tokens, Is.EqualTo(expected));
        }
    }

    [Test]
    public void ALongDocumentIsCutWhereItChangesNothing()
    {
        string text = RandomText.Story(new Random(5), 450_000) + "\n \nx\n\ny";
        Assert.That(text, Has.Length.GreaterThan(2 << 20));
        BpeVocabulary whole = new BpeTrainer(Options(400)).Train([text]);

        // With a line end in a special token documents stay whole.
        BpeTrainerOptions uncut = Options(401) with { SpecialTokens = [BpeTrainerOptions.EndOfText, "\u0001\n"] };
        Assert.That(new BpeTrainer(uncut).Train([text]).Merges, Is.EqualTo(whole.Merges));
    }

    [Test]
    public void SpecialTokensAreCutOutAndComeLast()
    {
        string[] stories = [.. Stories(6, 4, 100).Select(story => $"{story}<|endoftext|>{story}<pad>")];
        BpeTrainerOptions options = Options(300) with { SpecialTokens = [BpeTrainerOptions.EndOfText, "<pad>"] };
        BpeVocabulary vocabulary = new BpeTrainer(options).Train(stories);

        Assert.That(vocabulary.Tokens, Has.Count.EqualTo(300));
        Assert.That(vocabulary.Tokens[298], Is.EqualTo("<|endoftext|>"));
        Assert.That(vocabulary.Tokens[299], Is.EqualTo("<pad>"));
        Assert.That(vocabulary.SpecialTokens, Is.EqualTo(new[] { "<|endoftext|>", "<pad>" }));
        Assert.That(vocabulary.Tokens.Take(298).Any(token => token.Length > 1 && (token.Contains('<') || token.Contains('|'))), Is.False);
    }

    [Test]
    public void StopsAtTheMinimumFrequency()
    {
        BpeVocabulary vocabulary = new BpeTrainer(Options(1000) with { MinFrequency = 3 }).Train(["ab ab ab cd cd"]);
        Assert.That(vocabulary.Merges, Is.EqualTo(new[] { ("a", "b") }));
    }

    [Test]
    public void DocumentsAreTakenOneByOne()
    {
        int alive = 0;
        int most = 0;
        IEnumerable<ReadOnlyMemory<char>> Documents()
        {
            for (int i = 0; i < 200; i++)
            {
                most = Math.Max(most, ++alive);
                yield return RandomText.Story(new Random(i), 3000).AsMemory();
                alive--;
            }
        }

        Assert.That(new BpeTrainer(Options(300)).Train(Documents()).Tokens, Has.Count.EqualTo(300));
        Assert.That(most, Is.EqualTo(1));
    }

    [Test]
    public void ReportsProgress()
    {
        var reports = new List<TokenizerTrainingProgress>();
        string[] stories = Stories(7, 50, 100);
        new BpeTrainer(Options(350)).Train(stories, new Collect(reports));

        Assert.That(reports[0].Tokens, Is.Zero);
        Assert.That(reports[^1], Is.EqualTo(new TokenizerTrainingProgress(50, stories.Sum(story => (long)story.Length), 350, 350)));
        Assert.That(reports.Select(report => report.Characters), Is.Ordered);
        Assert.That(reports.Select(report => report.Tokens), Is.Ordered);
    }

    [Test]
    public void CanBeCancelled()
    {
        using var source = new CancellationTokenSource();
        IEnumerable<string> Endless()
        {
            for (int i = 0; ; i++)
            {
                if (i == 100)
                    source.Cancel();
                yield return "once upon a time";
            }
        }

        Assert.That(
            () => new BpeTrainer(Options(300)).Train(Endless(), cancellation: source.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void WhatTheDocumentsThrowComesThrough()
    {
        static IEnumerable<string> Damaged()
        {
            yield return "once";
            throw new InvalidDataException("line 7");
        }

        Assert.That(
            () => new BpeTrainer(Options(300)).Train(Damaged()),
            Throws.InstanceOf<InvalidDataException>().With.Message.EqualTo("line 7"));
    }

    [Test]
    public void WithoutTextThereIsNothingToTrain()
    {
        Assert.That(() => new BpeTrainer(Options(300)).Train(Array.Empty<string>()), Throws.InvalidOperationException);
        Assert.That(
            () => new BpeTrainer(Options(300)).Train(["", "<|endoftext|>"]),
            Throws.InvalidOperationException.With.Message.Contains("2 documents"));
    }

    [Test]
    public void OptionsAreChecked()
    {
        Assert.That(() => new BpeTrainer(Options(256)), Throws.InstanceOf<ArgumentException>().With.Message.Contains("VocabularySize"));
        Assert.That(() => new BpeTrainer(Options(300) with { MinFrequency = 0 }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new BpeTrainer(Options(300) with { Threads = -1 }), Throws.InstanceOf<ArgumentException>());
        Assert.That(
            () => new BpeTrainer(Options(300) with { SpecialTokens = ["a", "a"] }), Throws.ArgumentException.With.Message.Contains("'a'"));
        Assert.That(() => new BpeTrainer(Options(300) with { SpecialTokens = [""] }), Throws.ArgumentException);
    }

    private sealed class Collect(List<TokenizerTrainingProgress> reports) : IProgress<TokenizerTrainingProgress>
    {
        public void Report(TokenizerTrainingProgress value) => reports.Add(value);
    }
}
