using TorchSharp.Kernels;

namespace Tef.Tests.Kernels;

[TestFixture]
internal sealed unsafe class AttentionTests
{
    [Test]
    public void PaddedBatchesEqualTheNaivePasses()
    {
        Random random = new(8);
        int[] lengths = [1, 2, 7, 8, 31, 32, 33, 64, 70, 130];
        int[] sizes = [1, 3, 8, 16, 20, 32, 64, 80];
        for (int round = 0; round < 80; round++)
        {
            int queries = lengths[random.Next(lengths.Length)], keys = queries + (random.Next(2) * random.Next(40));
            Compare(random, 1 + random.Next(2), 1 + random.Next(3), queries, keys, sizes[random.Next(sizes.Length)],
                causal: random.Next(2) == 1, mask: random.Next(3) == 0, accumulate: random.Next(2) == 1);
        }
    }

    [Test]
    public void OneQueryEqualsTheNaivePass()
    {
        Random random = new(18);
        foreach (int size in (int[])[1, 3, 8, 20, 64, 80, 128, 150])
        {
            foreach (int keys in (int[])[1, 3, 4, 7, 65])
                Compare(random, 2, 3, 1, keys, size, causal: true, mask: random.Next(2) == 0, accumulate: false);
        }
    }

    [Test]
    public void PackedSequencesEqualSingleSequences()
    {
        Random random = new(9);
        const int Heads = 2, Size = 16, Row = 3 * Heads * Size;
        int[] offsets = [0, 5, 5, 45, 46, 80];
        int rows = offsets[^1];
        AttentionShape common = new() { Heads = Heads, HeadSize = Size, Scale = 0.25f, Causal = true };
        using Floats qkv = new(rows * Row, random), output = new(rows * Heads * Size), dOutput = new(rows * Heads * Size, random);
        using Floats logSumExp = new(Heads * rows), dqkv = new(rows * Row);
        fixed (int* o = offsets)
        {
            AttentionShape shape = common;
            shape.Batch = offsets.Length - 1;
            shape.SequenceOffsets = o;
            Assert.That(shape.LogSumExpCount, Is.EqualTo(Heads * rows));
            Attention.Forward(shape, Part(qkv.At, 0), Part(qkv.At, 1), Part(qkv.At, 2), Out(output.At), logSumExp.At);
            Attention.Backward(
                shape, Part(qkv.At, 0), Part(qkv.At, 1), Part(qkv.At, 2), Out(output.At), Out(dOutput.At), logSumExp.At,
                Part(dqkv.At, 0), Part(dqkv.At, 1), Part(dqkv.At, 2));
        }
        for (int s = 0; s + 1 < offsets.Length; s++)
        {
            int start = offsets[s], length = offsets[s + 1] - start;
            if (length == 0)
                continue;
            using Floats one = new(length * Heads * Size), dOne = new(length * Row), log = new(Heads * length);
            AttentionShape shape = common;
            shape.Batch = 1;
            shape.QueryLength = shape.KeyLength = length;
            float* x = qkv.At + (start * Row);
            Attention.Forward(shape, Part(x, 0), Part(x, 1), Part(x, 2), Out(one.At), log.At);
            Attention.Backward(
                shape, Part(x, 0), Part(x, 1), Part(x, 2), Out(one.At), Out(dOutput.At + (start * Heads * Size)), log.At,
                Part(dOne.At, 0), Part(dOne.At, 1), Part(dOne.At, 2));
            for (int i = 0; i < length * Heads * Size; i++)
                Close.Check(one[i], output[(start * Heads * Size) + i], 1e-6, "output");
            for (int i = 0; i < length * Row; i++)
                Close.Check(dOne[i], dqkv[(start * Row) + i], 1e-6, "gradient");
        }

        static HeadView Part(float* x, int part) => new(x + (part * Heads * Size), 0, Size, Row);
        static HeadView Out(float* x) => new(x, 0, Size, Heads * Size);
    }

    [Test]
    public void DropoutGradientsFollowTheSameMask()
    {
        // With fixed seed the output is a smooth function of q, k and v: finite differences see the gradients.
        Random random = new(10);
        const int T = 9, Size = 8;
        AttentionShape shape = new()
        {
            Batch = 1,
            Heads = 2,
            QueryLength = T,
            KeyLength = T,
            HeadSize = Size,
            Scale = 0.4f,
            Causal = true,
            Dropout = 0.4f,
            Seed = 3,
            Offset = 17,
        };
        long count = 2 * T * Size;
        using Floats q = new(count, random), k = new(count, random), v = new(count, random);
        using Floats output = new(count), dOutput = new(count, random);
        using Floats logSumExp = new(shape.LogSumExpCount), dq = new(count), dk = new(count), dv = new(count);
        static HeadView View(Floats x) => new(x.At, 2 * T * Size, T * Size, Size);
        double Loss()
        {
            Attention.Forward(shape, View(q), View(k), View(v), View(output), logSumExp.At);
            double sum = 0.0;
            for (int i = 0; i < count; i++)
                sum += (double)output[i] * dOutput[i];
            return sum;
        }
        Loss();
        Attention.Backward(
            shape, View(q), View(k), View(v), View(output), View(dOutput), logSumExp.At, View(dq), View(dk), View(dv));
        foreach ((Floats x, Floats dx) in new[] { (q, dq), (k, dk), (v, dv) })
        {
            for (int i = 0; i < count; i += 5)
            {
                float at = x[i];
                x[i] = at + 0.01f;
                double up = Loss();
                x[i] = at - 0.01f;
                double down = Loss();
                x[i] = at;
                Close.Check((up - down) / 0.02, dx[i], 3e-3, "gradient");
            }
        }
    }

    [Test]
    public void AMaskOverPackedSequencesIsRefused()
    {
        int* offsets = stackalloc int[] { 0, 1 };
        byte* mask = stackalloc byte[] { 1 };
        AttentionShape shape = new() { Batch = 1, Heads = 1, HeadSize = 1, SequenceOffsets = offsets, KeyMask = mask };
        Assert.That(() => Attention.Forward(shape, default, default, default, default, null), Throws.ArgumentException);
    }

    private static void Compare(
        Random random, int batch, int heads, int queries, int keys, int size, bool causal, bool mask, bool accumulate)
    {
        // Queries in [batch, heads, time, size]; keys, values and all results in [batch, time, heads, size], with a gap.
        int gap = random.Next(2), row = (heads * size) + gap;
        using Floats q = new((long)batch * heads * queries * size, random, 2f);
        using Floats k = new((long)batch * keys * row, random, 2f), v = new((long)batch * keys * row, random);
        using Floats output = new((long)batch * queries * row), dOutput = new((long)batch * queries * row, random);
        using Floats dq = new((long)batch * queries * row, random);
        using Floats dk = new((long)batch * keys * row, random), dv = new((long)batch * keys * row, random);
        using Floats logSumExp = new((long)batch * heads * queries);
        float[] dqBefore = dq.ToArray(), dkBefore = dk.ToArray(), dvBefore = dv.ToArray();
        byte[] visible = new byte[batch * keys];
        for (int i = 0; i < visible.Length; i++)
            visible[i] = (byte)(random.Next(4) == 0 ? 0 : 1);
        HeadView qv = new(q.At, (long)heads * queries * size, (long)queries * size, size);
        HeadView Keys(Floats x) => new(x.At, (long)keys * row, size, row);
        HeadView Queries(Floats x) => new(x.At, (long)queries * row, size, row);
        double scale = 1.0 / Math.Sqrt(size);
        fixed (byte* m = visible)
        {
            AttentionShape shape = new()
            {
                Batch = batch,
                Heads = heads,
                QueryLength = queries,
                KeyLength = keys,
                HeadSize = size,
                Scale = (float)scale,
                Causal = causal,
                KeyMask = mask ? m : null,
            };
            Attention.Forward(shape, qv, Keys(k), Keys(v), Queries(output), logSumExp.At);
            Attention.Backward(
                shape, qv, Keys(k), Keys(v), Queries(output), Queries(dOutput), logSumExp.At, Queries(dq), Keys(dk), Keys(dv), accumulate);
        }
        string what = $"batch {batch} heads {heads} queries {queries} keys {keys} size {size}"
            + $" causal {causal} mask {mask} accumulate {accumulate}";
        for (int b = 0; b < batch; b++)
        {
            for (int h = 0; h < heads; h++)
                CompareHead(b, h);
        }

        void CompareHead(int b, int h)
        {
            double[,] dkExpected = new double[keys, size], dvExpected = new double[keys, size];
            long At(int t, int length, int d) => (((long)b * length) + t) * row + (h * size) + d;
            for (int i = 0; i < queries; i++)
            {
                double[] weights = new double[keys];
                double sum = 0.0;
                for (int j = 0; j < keys; j++)
                {
                    if ((causal && j > i + keys - queries) || (mask && visible[(b * keys) + j] == 0))
                        continue;
                    double score = 0.0;
                    for (int d = 0; d < size; d++)
                        score += (double)q[((((long)b * heads) + h) * queries + i) * size + d] * k[At(j, keys, d)];
                    sum += weights[j] = Math.Exp(score * scale);
                }
                double expectedLog = Math.Log(sum);
                if (sum > 0.0)
                    Close.Check(expectedLog, logSumExp[((((long)b * heads) + h) * queries) + i], 1e-5, "log-sum-exp " + what);
                for (int j = 0; j < keys; j++)
                    weights[j] = sum > 0.0 ? weights[j] / sum : 0.0;

                double delta = 0.0;
                double[] dWeights = new double[keys], dQuery = new double[size];
                for (int d = 0; d < size; d++)
                {
                    double o = 0.0, g = dOutput[At(i, queries, d)];
                    for (int j = 0; j < keys; j++)
                    {
                        o += weights[j] * v[At(j, keys, d)];
                        dWeights[j] += g * v[At(j, keys, d)];
                        dvExpected[j, d] += weights[j] * g;
                    }
                    Close.Check(o, output[At(i, queries, d)], 1e-5, "output " + what);
                }
                for (int j = 0; j < keys; j++)
                    delta += weights[j] * dWeights[j];
                for (int j = 0; j < keys; j++)
                {
                    double dScore = weights[j] * (dWeights[j] - delta) * scale;
                    for (int d = 0; d < size; d++)
                    {
                        dQuery[d] += dScore * k[At(j, keys, d)];
                        dkExpected[j, d] += dScore * q[((((long)b * heads) + h) * queries + i) * size + d];
                    }
                }
                for (int d = 0; d < size; d++)
                    Close.Check(dQuery[d] + (accumulate ? dqBefore[At(i, queries, d)] : 0.0), dq[At(i, queries, d)], 3e-5, "dq " + what);
            }
            for (int j = 0; j < keys; j++)
            {
                for (int d = 0; d < size; d++)
                {
                    Close.Check(dkExpected[j, d] + (accumulate ? dkBefore[At(j, keys, d)] : 0.0), dk[At(j, keys, d)], 3e-5, "dk " + what);
                    Close.Check(dvExpected[j, d] + (accumulate ? dvBefore[At(j, keys, d)] : 0.0), dv[At(j, keys, d)], 3e-5, "dv " + what);
                }
            }
        }
    }
}
