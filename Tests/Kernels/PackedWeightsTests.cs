using TorchSharp.Kernels;

namespace Tef.Tests.Kernels;

[TestFixture]
internal sealed unsafe class PackedWeightsTests
{
    [Test]
    public void ProductsEqualTheNaiveOnesOfTheRoundedWeights()
    {
        Random random = new(21);
        int[] sizes = [1, 2, 3, 5, 15, 16, 17, 31, 64, 65, 100, 130];
        for (int round = 0; round < 200; round++)
        {
            int inputs = sizes[random.Next(sizes.Length)], outputs = sizes[random.Next(sizes.Length)];
            Compare(random, random.Next(1, 13), inputs, outputs, random.Next(2) == 1, random.Next(2) == 1);
        }
    }

    [TestCase(1, 768, 3000)]
    [TestCase(4, 300, 2100)]
    [TestCase(20, 65, 2500)]
    public void SeveralTasksAndBlocksWork(int rows, int inputs, int outputs)
    {
        foreach (bool int8 in (bool[])[false, true])
        {
            Compare(new Random(22), rows, inputs, outputs, false, int8);
            Compare(new Random(23), rows, inputs, outputs, true, int8);
        }
    }

    [Test]
    public void ZeroWeightsGiveTheBias()
    {
        using Floats weights = new Floats(6 * 4).Fill(0f), x = new Floats(6).Fill(1f), bias = new Floats(4).Fill(2f), y = new(4);
        using PackedWeights packed = new(weights.At, false, 6, 4, int8: true);
        packed.Multiply(x.At, 1, bias.At, false, y.At);
        Assert.That(y.ToArray(), Is.EqualTo(new float[] { 2, 2, 2, 2 }));
    }

    [Test]
    public void DisposingReturnsTheMemory()
    {
        using Floats weights = new(200 * 300, new Random(1)), x = new(200), y = new(300);
        // What other tests left to the collector must not end in between.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = NativePool.LiveBytes;
        PackedWeights packed = new(weights.At, false, 200, 300, int8: true);
        Assert.That(NativePool.LiveBytes, Is.GreaterThanOrEqualTo(before + packed.Bytes));
        packed.Dispose();
        packed.Dispose();
        Assert.That(NativePool.LiveBytes, Is.EqualTo(before));
        Assert.That(() => packed.Multiply(x.At, 1, null, false, y.At), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static void Compare(Random random, int rows, int inputs, int outputs, bool outputsFirst, bool int8)
    {
        bool withBias = random.Next(2) == 1, gelu = random.Next(3) == 0;
        using Floats weights = new((long)inputs * outputs, random), x = new((long)rows * inputs, random);
        using Floats bias = new(outputs, random), y = new((long)rows * outputs);
        using PackedWeights packed = new(weights.At, outputsFirst, inputs, outputs, int8);
        packed.Multiply(x.At, rows, withBias ? bias.At : null, gelu, y.At);
        string what = $"rows {rows} inputs {inputs} outputs {outputs} outputs first {outputsFirst} int8 {int8} gelu {gelu}";
        for (int j = 0; j < outputs; j++)
        {
            var column = new double[inputs];
            for (int p = 0; p < inputs; p++)
                column[p] = weights[outputsFirst ? (j * inputs) + p : (p * outputs) + j];
            double[] rounded = int8 ? Int8(column) : Array.ConvertAll(column, BFloat16);
            for (int i = 0; i < rows; i++)
            {
                double sum = withBias ? bias[j] : 0.0;
                for (int p = 0; p < inputs; p++)
                    sum += x[(i * inputs) + p] * rounded[p];
                Close.Check(gelu ? Reference.GeluTanh(sum) : sum, y[(i * outputs) + j], 3e-5, $"[{i}, {j}] {what}");
            }
        }
    }

    private static double[] Int8(double[] column)
    {
        float scale = (float)column.Max(Math.Abs) / 127f;
        return Array.ConvertAll(column, value => scale == 0f ? 0.0 : (double)scale * MathF.Round((float)value / scale));
    }

    /// <summary>Eight bits of mantissa, counting the hidden one.</summary>
    private static double BFloat16(double value)
    {
        if (value == 0.0)
            return 0.0;
        double unit = Math.Pow(2, Math.Floor(Math.Log2(Math.Abs(value))) - 7);
        return Math.Round(value / unit, MidpointRounding.ToEven) * unit;
    }
}
