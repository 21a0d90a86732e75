using Tef.Backends.Torch.Filtering;

namespace Tef.Tests.Torch;

/// <summary>Where a budget cuts scores, with and without equal ones.</summary>
public sealed class ScoreThresholdTests
{
    [TestCase("4 1 3 2", 0.5, 2.5f)]
    [TestCase("4 1 3 2", 0.75, 1.5f)]
    [TestCase("4 1 3 2", 0.01, 3.5f, TestName = "At least one score is kept")]
    [TestCase("4 1 3 2", 0.9, null, TestName = "A share that rounds to all keeps all")]
    [TestCase("1 5 5 5 5 9 9 9", 0.75, 3f, TestName = "Equal scores are kept together when that is nearer")]
    [TestCase("1 5 5 5 5 9 9 9", 0.4, 7f, TestName = "Equal scores are dropped together when that is nearer")]
    [TestCase("1 5 5 5 5", 0.1, 3f, TestName = "The highest scores are kept though they are many")]
    [TestCase("2 2 2", 0.5, null, TestName = "Scores that are all equal are kept")]
    public void AThresholdLiesBetweenNeighbours(string scores, double keep, float? expected)
    {
        float[] values = [.. scores.Split(' ').Select(float.Parse)];

        Assert.That(ScoreThreshold.Of(values, keep), Is.EqualTo(expected));
    }

    [Test]
    public void NoOtherCutIsNearerToTheShare([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, 60).Select(_ => (float)random.Next(8))];
        double keep = random.NextDouble();

        float? threshold = ScoreThreshold.Of(values, keep);

        double distance = Math.Abs(Kept(threshold ?? -1) - keep);
        double best = Enumerable.Range(-1, 8).Select(cut => cut + 0.5f).Where(cut => Kept(cut) > 0).Min(cut => Math.Abs(Kept(cut) - keep));
        Assert.That(distance, Is.LessThanOrEqualTo(best + (1.0 / values.Length)), "but for the rounding to whole scores");
        if (threshold is { } cut)
            Assert.That(values, Has.None.EqualTo(cut));

        double Kept(float cut) => values.Count(value => value > cut) / (double)values.Length;
    }
}
