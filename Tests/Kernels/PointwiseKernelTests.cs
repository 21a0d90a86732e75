using TorchSharp.Kernels;

namespace Tef.Tests.Kernels;

[TestFixture]
internal sealed unsafe class PointwiseKernelTests
{
    [Test]
    public void GeluAndItsSlopeAreRight([Values] bool tanh, [Values(0, 1, 15, 16, 17, 40_001)] int count)
    {
        Random random = new(11);
        using Floats x = new(count, random, 6f), y = new(count), dy = new(count, random), dx = new(count);
        Gelu.Forward(tanh, x.At, y.At, count);
        Gelu.Backward(tanh, x.At, dy.At, dx.At, count);
        Func<double, double> exact = tanh ? Reference.GeluTanh : Reference.GeluExact;
        for (int i = 0; i < count; i++)
        {
            Close.Check(exact(x[i]), y[i], 1e-6, $"gelu({x[i]})");
            double slope = (exact(x[i] + 1e-5) - exact(x[i] - 1e-5)) / 2e-5;
            Close.Check(dy[i] * slope, dx[i], 2e-6, $"gelu'({x[i]})");
        }
    }

    [Test]
    public void DropoutIsAFunctionOfSeedAndPosition()
    {
        const int Count = 50_000;
        using Floats x = new(Count, new Random(12)), whole = new(Count), parts = new(Count), other = new(Count);
        // The stream crosses a border of 2³² positions on the way.
        const ulong Offset = 0x1_0000_0000ul - 20_003;
        Dropout.Apply(x.At, whole.At, Count, 0.3f, 5, Offset);
        for (int i = 0; i < Count; i += 777)
            Dropout.Apply(x.At + i, parts.At + i, Math.Min(777, Count - i), 0.3f, 5, Offset + (ulong)i);
        Assert.That(parts.ToArray(), Is.EqualTo(whole.ToArray()));
        Dropout.Apply(x.At, other.At, Count, 0.3f, 6, Offset);
        Assert.That(other.ToArray(), Is.Not.EqualTo(whole.ToArray()));
        int dropped = 0;
        for (int i = 0; i < Count; i++)
        {
            if (whole[i] == 0f)
                dropped++;
            else
                Close.Check(x[i] / 0.7, whole[i], 1e-6, "kept");
        }
        Assert.That(dropped / (double)Count, Is.EqualTo(0.3).Within(0.01));
        Dropout.Apply(x.At, other.At, Count, 1f, 6, 0);
        Assert.That(other.ToArray(), Is.All.Zero);
    }

    [TestCase(1, 1)]
    [TestCase(7, 33)]
    [TestCase(300, 200)]
    public void EmbeddingRowsAreReadAndSummed(int count, int width)
    {
        Random random = new(13);
        const int Rows = 19;
        using Floats table = new(Rows * width, random), y = new(count * width);
        using Floats dTable = new(Rows * width, random), dy = new(count * width, random);
        double[] expected = [.. dTable.ToArray().Select(v => (double)v)];
        long[] ids = [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(Rows))];
        fixed (long* id = ids)
        {
            Embedding.Gather(table.At, Rows, width, id, count, y.At);
            Embedding.ScatterAdd(dTable.At, Rows, width, id, count, dy.At, paddingIndex: 3);
        }
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < width; j++)
            {
                Assert.That(y[(i * width) + j], Is.EqualTo(table[(ids[i] * width) + j]));
                if (ids[i] != 3)
                    expected[(ids[i] * width) + j] += dy[(i * width) + j];
            }
        }
        Close.Check(expected, dTable, 1e-5, "table");
    }

    [Test]
    public void AnIndexOutsideTheTableIsRefused()
    {
        long* id = stackalloc long[] { 4 };
        using Floats table = new(8, new Random(1)), y = new(2);
        nint t = (nint)table.At, target = (nint)y.At;
        Assert.That(() => Embedding.Gather((float*)t, 4, 2, id, 1, (float*)target), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void AdamWFollowsItsFormula()
    {
        Random random = new(14);
        int[] counts = [1, 5, 16, 100, 40_000, 0, 17];
        List<Floats> all = [];
        AdamWParameter[] parameters = new AdamWParameter[counts.Length];
        List<double[]> expected = [];
        for (int i = 0; i < counts.Length; i++)
        {
            Floats value = new(counts[i], random), gradient = new(counts[i], random);
            Floats m = new(counts[i], random, 0.1f), v = new Floats(counts[i]).Fill(0.02f);
            all.AddRange([value, gradient, m, v]);
            parameters[i] = new() { Value = value.At, Gradient = gradient.At, Moment1 = m.At, Moment2 = v.At, Count = counts[i] };
            expected.Add(value.ToArray().Select(x => (double)x).ToArray());
        }
        List<(double[] M, double[] V)> moments = [.. Enumerable.Range(0, counts.Length).Select(i => (
            all[(4 * i) + 2].ToArray().Select(x => (double)x).ToArray(), all[(4 * i) + 3].ToArray().Select(x => (double)x).ToArray()))];
        for (int step = 3; step < 6; step++)
        {
            AdamW.Step(parameters, new AdamWSettings(0.01f, 0.9f, 0.95f, 1e-8f, 0.1f, step, 0.5f));
            for (int i = 0; i < counts.Length; i++)
            {
                for (int j = 0; j < counts[i]; j++)
                {
                    double g = 0.5 * all[(4 * i) + 1][j];
                    double m = moments[i].M[j] = (0.9 * moments[i].M[j]) + (0.1 * g);
                    double v = moments[i].V[j] = (0.95 * moments[i].V[j]) + (0.05 * g * g);
                    double root = Math.Sqrt(v / (1.0 - Math.Pow(0.95, step))) + 1e-8;
                    expected[i][j] = (expected[i][j] * (1.0 - 0.001)) - (0.01 * m / (1.0 - Math.Pow(0.9, step)) / root);
                }
            }
        }
        for (int i = 0; i < counts.Length; i++)
            Close.Check(expected[i], all[4 * i], 1e-6, $"parameter {i}");
        all.ForEach(x => x.Dispose());
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(63)]
    [TestCase(70_001)]
    public void SumOfSquaresIsRight(int count)
    {
        using Floats x = new(count, new Random(15));
        double expected = x.ToArray().Sum(v => (double)v * v);
        Close.Check(expected, Norms.SumOfSquares(x.At, count), 1e-6, "sum");
    }

    [TestCase(0, 3)]
    [TestCase(1, 1)]
    [TestCase(5, 17)]
    [TestCase(700, 100)]
    public void ColumnSumsAreRight(int rows, int columns)
    {
        Random random = new(16);
        int stride = columns + 2;
        using Floats x = new(rows * stride, random), y = new(columns, random);
        double[] expected = [.. y.ToArray().Select(v => (double)v)];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                expected[j] += x[(i * stride) + j];
        }
        ColumnSums.Run(x.At, stride, rows, columns, y.At, accumulate: true);
        Close.Check(expected, y, 1e-5, "sums");
    }
}
