using Tef.Core.Decoding;

namespace Tef.Tests.Core.Decoding;

public sealed class SelectionTests
{
    /// <summary>Scores with ties, forbidden tokens and, if asked for, what is not a number.</summary>
    private static float[] Scores(Random random, int count, bool withNaN = false)
    {
        int kind = random.Next(4);
        return [.. Enumerable.Range(0, count).Select(i => (random.Next(10), kind) switch
        {
            (0, < 3) => float.NegativeInfinity,
            (1, 0) when withNaN => float.NaN,
            (_, 1) => i / 100f,
            (_, 2) => random.Next(5),
            _ => (float)(random.NextDouble() * 20 - 10),
        })];
    }

    [Test]
    public void Largest_equals_a_stable_sort()
    {
        var random = new Random(1);
        for (int round = 0; round < 400; round++)
        {
            float[] scores = Scores(random, random.Next(1, 700), withNaN: true);
            int[] expected =
                [.. Enumerable.Range(0, scores.Length).Where(i => scores[i] > float.NegativeInfinity).OrderByDescending(i => scores[i])];
            int[] indices = new int[random.Next(0, scores.Length + 5)];
            int found = Selection.Largest(scores, indices);
            Assert.That(indices.Take(found), Is.EqualTo(expected.Take(indices.Length)));
        }
    }

    [Test]
    public void Top_k_equals_a_sort()
    {
        var random = new Random(2);
        for (int round = 0; round < 300; round++)
        {
            float[] scores = Scores(random, random.Next(1, 500));
            int k = random.Next(1, scores.Length + 3);
            float threshold = scores.OrderDescending().ElementAt(Math.Min(k, scores.Length) - 1);
            float[] expected = [.. scores.Select(score => score < threshold ? float.NegativeInfinity : score)];
            new TopKLogitsWarper(k).Process([], scores);
            Assert.That(scores, Is.EqualTo(expected));
        }
    }

    [Test]
    public void Top_p_equals_a_sort()
    {
        var random = new Random(3);
        for (int round = 0; round < 400; round++)
        {
            float[] scores = Scores(random, random.Next(1, 500));
            float p = random.Next(6) switch { 0 => 1e-6f, 1 => 0.999999f, _ => 0.001f + 0.998f * random.NextSingle() };
            double max = scores.Max();
            double[] probabilities = [.. scores.Select(score => Math.Exp(score - max))];
            double total = probabilities.Sum();
            var kept = new HashSet<int>();
            double before = 0;
            bool isClose = false;
            foreach (int i in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).TakeWhile(i => probabilities[i] > 0))
            {
                isClose |= Math.Abs(before / total - p) < 1e-6;
                if (before / total < p)
                    kept.Add(i);
                before += probabilities[i];
            }

            float[] actual = [.. scores];
            new TopPLogitsWarper(p).Process([], actual);
            if (!isClose)
                Assert.That(Enumerable.Range(0, scores.Length).Where(i => actual[i] > float.NegativeInfinity), Is.EquivalentTo(kept));
            Assert.That(actual.Zip(scores), Is.All.Matches<(float Actual, float Score)>(
                pair => pair.Actual == pair.Score || pair.Actual == float.NegativeInfinity));
        }
    }

    [Test]
    public void Top_p_keeps_a_token_whatever_the_share() =>
        Assert.That(Processed(new TopPLogitsWarper(1e-9f), [1, 5, 5, 2]).Count(score => score > float.NegativeInfinity), Is.EqualTo(1));

    [Test]
    public void Bad_tokens_end_runs()
    {
        var processor = new NoBadWordsLogitsProcessor([[4], [1, 2], [7, 8, 3]]);
        Assert.That(Forbidden(processor, 0, 1), Is.EqualTo(new[] { 2, 4 }));
        Assert.That(Forbidden(processor, 7, 8), Is.EqualTo(new[] { 3, 4 }));
        Assert.That(Forbidden(processor, 8), Is.EqualTo(new[] { 4 }));
        Assert.That(() => new NoBadWordsLogitsProcessor([[]]), Throws.ArgumentException);
    }

    [Test]
    public void Stop_tokens_wait_for_the_minimum_length()
    {
        var processor = new MinNewTokensLengthLogitsProcessor(promptLength: 2, minNewTokens: 2, [3, 5]);
        Assert.That(Forbidden(processor, 0, 1), Is.EqualTo(new[] { 3, 5 }));
        Assert.That(Forbidden(processor, 0, 1, 3), Is.EqualTo(new[] { 3, 5 }));
        Assert.That(Forbidden(processor, 0, 1, 2, 2), Is.Empty);
    }

    [Test]
    public void N_grams_of_one_and_short_texts()
    {
        Assert.That(Forbidden(new NoRepeatNGramLogitsProcessor(1), 3, 1, 3), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(Forbidden(new NoRepeatNGramLogitsProcessor(3), 1), Is.Empty);
        Assert.That(Forbidden(new NoRepeatNGramLogitsProcessor(3), 1, 2, 5, 1, 2, 6, 1, 2), Is.EqualTo(new[] { 5, 6 }));
    }

    [Test]
    public void Parameters_out_of_range_are_refused()
    {
        Assert.That(() => new TemperatureLogitsWarper(0), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new TopKLogitsWarper(0), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new TopPLogitsWarper(1.01f), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new RepetitionPenaltyLogitsProcessor(-1), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new NoRepeatNGramLogitsProcessor(0), Throws.InstanceOf<ArgumentException>());
    }

    private static float[] Processed(ILogitsProcessor processor, float[] logits, params int[] tokens)
    {
        processor.Process(tokens, logits);
        return logits;
    }

    private static IEnumerable<int> Forbidden(ILogitsProcessor processor, params int[] tokens)
    {
        float[] logits = Processed(processor, new float[10], tokens);
        return Enumerable.Range(0, logits.Length).Where(token => logits[token] == float.NegativeInfinity);
    }
}
