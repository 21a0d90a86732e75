using Tef.Core.Numerics;

namespace Tef.Tests.Core.Numerics;

public sealed class NumericsTests
{
    [Test]
    public void Permutation_meets_every_index_once([Values(1, 2, 3, 4, 5, 16, 17, 1000, 4097)] int count)
    {
        var order = new IndexPermutation(count, 77);
        Assert.That(Enumerable.Range(0, count).Select(place => order[place]), Is.EquivalentTo(Enumerable.Range(0, count)));
        Assert.That(() => order[count], Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Permutations_of_few_are_all_met_about_equally_often()
    {
        var counts = new Dictionary<(long, long, long), int>();
        for (ulong key = 0; key < 6000; key++)
        {
            var order = new IndexPermutation(3, CounterRandom.Mix(key));
            (long, long, long) permutation = (order[0], order[1], order[2]);
            counts[permutation] = counts.GetValueOrDefault(permutation) + 1;
        }

        Assert.That(counts, Has.Count.EqualTo(6));
        Assert.That(counts.Values, Is.All.InRange(850, 1150));
    }

    [Test]
    public void Uniform_numbers_fill_their_range()
    {
        double[] numbers = [.. Enumerable.Range(0, 100_000).Select(i => CounterRandom.Uniform(1, 2, i))];
        Assert.That(numbers, Is.All.InRange(0, 1 - 1e-16));
        Assert.That(numbers.Average(), Is.EqualTo(0.5).Within(0.005));
        Assert.That(numbers.GroupBy(number => (int)(number * 10)).Select(bin => bin.Count()), Is.All.InRange(9_600, 10_400));
        Assert.That(numbers.Distinct().Count(), Is.EqualTo(100_000));
    }

    [Test]
    public void Numbers_depend_on_seed_stream_and_counter()
    {
        ulong[] bits = [.. from seed in Enumerable.Range(-10, 20)
            from stream in Enumerable.Range(0, 20)
            from counter in Enumerable.Range(0, 20)
            select CounterRandom.Bits(seed, stream, counter)];
        Assert.That(bits.Distinct().Count(), Is.EqualTo(bits.Length));
        Assert.That(
            Enumerable.Range(0, 1000).Select(i => CounterRandom.Below(1, 2, i, 7)).Distinct().Order(), Is.EqualTo(Enumerable.Range(0, 7)));
    }

    [Test]
    public void Half_and_bfloat16_keep_every_value_they_have()
    {
        ushort[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)];
        float[] halves = new float[all.Length];
        float[] brains = new float[all.Length];
        ushort[] back = new ushort[all.Length];
        FloatFormats.HalfToSingle(all, halves);
        Assert.That(halves.Where((value, i) => value.CompareTo((float)BitConverter.UInt16BitsToHalf(all[i])) != 0), Is.Empty);
        FloatFormats.SingleToHalf(halves, back);
        Assert.That(all.Where((bits, i) => !float.IsNaN(halves[i]) && back[i] != bits), Is.Empty);
        FloatFormats.BrainToSingle(all, brains);
        Assert.That(all.Where((bits, i) => BitConverter.SingleToUInt32Bits(brains[i]) != (uint)bits << 16), Is.Empty);
        FloatFormats.SingleToBrain(brains, back);
        Assert.That(all.Where((bits, i) => !float.IsNaN(brains[i]) && back[i] != bits), Is.Empty);
        FloatFormats.BrainToSingle(back, halves);
        Assert.That(brains.Where((value, i) => float.IsNaN(value) && !float.IsNaN(halves[i])), Is.Empty);
        Assert.That(() => FloatFormats.BrainToSingle(all, new float[1]), Throws.ArgumentException);
    }

    [TestCase(0x3F808000u, 0x3F80, TestName = "A tie goes down to even")]
    [TestCase(0x3F818000u, 0x3F82, TestName = "A tie goes up to even")]
    [TestCase(0x3F808001u, 0x3F81, TestName = "More than half goes up")]
    [TestCase(0x7F7FFFFFu, 0x7F80, TestName = "Too large becomes infinite")]
    public void Bfloat16_rounds_to_nearest(uint bits, int expected)
    {
        ushort[] result = new ushort[1];
        FloatFormats.SingleToBrain([BitConverter.UInt32BitsToSingle(bits)], result);
        Assert.That(result[0], Is.EqualTo(expected));
    }
}
