using Tef.Core.Decoding;
using Tef.Core.Numerics;

namespace Tef.Tests.Core.Decoding;

public sealed class SamplerTests
{
    [TestCase(5)]
    [TestCase(1500)]
    public void Draws_tokens_as_often_as_they_are_probable(int vocabulary)
    {
        const int draws = 40_000;
        float[] logits = [.. Enumerable.Range(0, vocabulary).Select(token => token % 5 == 3 ? float.NegativeInfinity : token % 7)];
        double total = logits.Sum(logit => Math.Exp(logit));
        double[] expected = new double[7];
        int[] counts = new int[7];
        foreach (float logit in logits.Where(float.IsFinite))
            expected[(int)logit] += Math.Exp(logit) / total;
        for (int i = 0; i < draws; i++)
        {
            int token = Sampler.Draw(logits, CounterRandom.Uniform(1, 2, i));
            Assert.That(logits[token], Is.GreaterThan(float.NegativeInfinity));
            counts[(int)logits[token]]++;
        }

        Assert.That(counts.Select(count => (double)count / draws), Is.EqualTo(expected).Within(0.01));
    }

    [Test]
    public void Ends_of_the_range_are_possible_tokens([Values(1, 511, 512, 513, 2000)] int vocabulary)
    {
        float[] logits = [.. Enumerable.Repeat(float.NegativeInfinity, vocabulary)];
        logits[vocabulary / 2] = -1000;
        foreach (double uniform in new[] { 0, 0.5, Math.BitDecrement(1.0) })
            Assert.That(Sampler.Draw(logits, uniform), Is.EqualTo(vocabulary / 2));
        logits[vocabulary - 1] = -1000;
        Assert.That(Sampler.Draw(logits, 0), Is.EqualTo(vocabulary / 2));
        Assert.That(Sampler.Draw(logits, Math.BitDecrement(1.0)), Is.EqualTo(vocabulary - 1));
    }

    [Test]
    public void Greedy_takes_the_first_of_the_best() => Assert.That(Sampler.Greedy([1, 4, 4, float.NegativeInfinity]), Is.EqualTo(1));

    [Test]
    public void Logits_without_a_choice_are_errors()
    {
        float[] forbidden = [float.NegativeInfinity, float.NegativeInfinity];
        float[] broken = [1, float.NaN];
        Assert.That(() => Sampler.Greedy(forbidden), Throws.InvalidOperationException.With.Message.Contains("forbidden"));
        Assert.That(() => Sampler.Draw(forbidden, 0.5), Throws.InvalidOperationException.With.Message.Contains("forbidden"));
        Assert.That(() => Sampler.Greedy(broken), Throws.InvalidOperationException.With.Message.Contains("not finite"));
        Assert.That(() => Sampler.Draw(broken, 0.5), Throws.InvalidOperationException.With.Message.Contains("not finite"));
        Assert.That(
            () => Sampler.Draw([1, float.PositiveInfinity], 0.5), Throws.InvalidOperationException.With.Message.Contains("not finite"));
    }

    [Test]
    public void Log_sum_exp_equals_the_naive_sum()
    {
        var random = new Random(4);
        for (int vocabulary = 1; vocabulary < 3000; vocabulary += 97)
        {
            float[] logits = [.. Enumerable.Range(0, vocabulary).Select(_ => random.NextSingle() * 30 + 200)];
            double naive = 200 + Math.Log(logits.Sum(logit => Math.Exp(logit - 200.0)));
            Assert.That(LogitsMath.LogSumExp(logits), Is.EqualTo(naive).Within(1e-4));
        }
    }
}
