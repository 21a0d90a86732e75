using Tef.Samples.Quickstart.Stories;

namespace Tef.Tests.Quickstart.Stories;

public sealed class StoryRandomTests
{
    [Test]
    public void Numbers_are_a_function_of_seed_stream_and_index()
    {
        static int[] Draw(ulong seed, ulong stream, ulong index)
        {
            var random = new StoryRandom(seed, stream, index);
            return [.. Enumerable.Range(0, 20).Select(_ => random.Next(1000))];
        }

        int[] first = Draw(1, 2, 3);
        Assert.That(Draw(1, 2, 3), Is.EqualTo(first));
        Assert.That(new[] { Draw(1, 2, 3), Draw(2, 2, 3), Draw(1, 3, 3), Draw(1, 2, 4), Draw(3, 2, 1) }, Is.Unique);
    }

    [Test]
    public void Numbers_are_spread_evenly()
    {
        int[] counts = new int[10];
        for (ulong index = 0; index < 20_000; index++)
            counts[new StoryRandom(42, 1, index).Next(10)]++;
        Assert.That(counts, Has.All.InRange(1800, 2200));
    }
}
