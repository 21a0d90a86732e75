using TorchSharp.Kernels;

namespace Tef.Benchmarks.Measuring;

/// <summary>
/// A kernel with its input: <paramref name="Flops"/> and <paramref name="Bytes"/> are what the algorithm needs, 0 when beside the point.
/// </summary>
internal sealed record KernelCase(string Name, double Flops, double Bytes, Action Run);

/// <summary>The kernels of one layer and of one step, on native buffers that live as long as this object.</summary>
internal sealed unsafe class KernelCases(int rows, int width, int heads, int time, int vocabulary) : IDisposable
{
    private readonly List<nint> _blocks = [];

    public IReadOnlyList<KernelCase> All()
    {
        List<KernelCase> cases = [];
        void Add(string name, double flops, double bytes, Action run) => cases.Add(new KernelCase(name, flops, bytes, run));

        long n = (long)rows * width;
        nint x = New(n), y = New(n), g = New(n), d = New(n), weight = New(width), bias = New(width), mean = New(rows), rstd = New(rows);
        Add("layer norm", 0, 2.0 * n * 4, () => LayerNorm.Forward(F(x), F(weight), F(bias), 1e-5f, F(y), F(mean), F(rstd), rows, width));
        Add("layer norm + residual", 0, 4.0 * n * 4, () =>
            LayerNorm.Forward(F(x), F(weight), F(bias), 1e-5f, F(y), F(mean), F(rstd), rows, width, F(g), F(d)));
        Add("layer norm backward", 0, 3.0 * n * 4, () =>
            LayerNorm.Backward(F(g), F(x), F(weight), F(mean), F(rstd), F(d), F(weight), F(bias), rows, width));

        nint wide = New(4 * n), wideY = New(4 * n), wideG = New(4 * n);
        Add("gelu", 0, 8.0 * n * 4, () => Gelu.Forward(true, F(wide), F(wideY), 4 * n));
        Add("gelu backward", 0, 12.0 * n * 4, () => Gelu.Backward(true, F(wide), F(wideG), F(wideY), 4 * n));
        Add("gelu exact", 0, 8.0 * n * 4, () => Gelu.Forward(false, F(wide), F(wideY), 4 * n));
        Add("dropout", 0, 2.0 * n * 4, () => Dropout.Apply(F(x), F(y), n, 0.1f, 1, 2));
        Add("bias gradient", 0, 4.0 * n * 4, () => ColumnSums.Run(F(wideG), 4 * width, rows, 4 * width, F(wideY), false));

        nint qkv = New(3 * n), dqkv = New(3 * n), lse = New((long)rows * heads);
        AttentionShape shape = new()
        {
            Batch = rows / time,
            Heads = heads,
            QueryLength = time,
            KeyLength = time,
            HeadSize = width / heads,
            Scale = 0.2f,
            Causal = true,
        };
        HeadView Part(nint data, int part) => new(F(data) + (part * width), 3L * time * width, width / heads, 3 * width);
        HeadView Whole(nint data) => new(F(data), (long)time * width, width / heads, width);
        double attention = 2.0 * rows * (time + 1) * width;
        Add("attention", attention, 0, () => Attention.Forward(shape, Part(qkv, 0), Part(qkv, 1), Part(qkv, 2), Whole(y), F(lse)));
        Add("attention backward", 2.5 * attention, 0, () => Attention.Backward(
            shape, Part(qkv, 0), Part(qkv, 1), Part(qkv, 2), Whole(y), Whole(g), F(lse), Part(dqkv, 0), Part(dqkv, 1), Part(dqkv, 2)));

        // Sequences of unequal lengths without padding, as token filters and documents make them.
        foreach (int longest in new[] { 16, 64, time })
        {
            int* offsets = Offsets(longest, out int sequences, out double seen);
            AttentionShape packed = shape;
            packed.Batch = sequences;
            packed.SequenceOffsets = offsets;
            string name = $"attention, packed 1-{longest}";
            double flops = 4.0 * seen * width;
            Add(name, flops, 0, () => Attention.Forward(packed, Part(qkv, 0), Part(qkv, 1), Part(qkv, 2), Whole(y), F(lse)));
            Add(name + " backward", 2.5 * flops, 0, () => Attention.Backward(
                packed, Part(qkv, 0), Part(qkv, 1), Part(qkv, 2), Whole(y), Whole(g), F(lse), Part(dqkv, 0), Part(dqkv, 1), Part(dqkv, 2)));
        }

        nint table = New((long)vocabulary * width), dTable = New((long)vocabulary * width), losses = New(rows);
        nint ids = (nint)NativePool.Rent(rows * sizeof(long));
        _blocks.Add(ids);
        for (int i = 0; i < rows; i++)
            ((long*)ids)[i] = (long)(CounterRandom.Uniform(7, (ulong)i) * vocabulary);
        Add("embedding", 0, 2.0 * n * 4, () => Embedding.Gather(F(table), vocabulary, width, (long*)ids, rows, F(y)));
        Add("embedding gradient", 0, 3.0 * n * 4, () => Embedding.ScatterAdd(F(dTable), vocabulary, width, (long*)ids, rows, F(g)));
        Add("linear cross-entropy", 6.0 * rows * width * vocabulary, 0, () => LinearCrossEntropy.ForwardBackward(
            F(x), F(table), rows, width, vocabulary, (long*)ids, -100, 0f, F(losses), null, 1f / rows, F(d), F(dTable)));

        long p = (long)vocabulary * width;
        nint m = New(p), v = New(p);
        new Span<float>(F(v), (int)p).Fill(0.1f);
        AdamWSettings settings = new(1e-4f, 0.9f, 0.999f, 1e-8f, 0.01f, 10);
        Add("adamw", 0, 7.0 * p * 4, () => AdamW.Step(F(table), F(dTable), F(m), F(v), p, settings));
        Add("sum of squares", 0, p * 4.0, () => Norms.SumOfSquares(F(table), p));

        // A matrix beyond the caches, as the weights of a model are when one token is decoded.
        const int Side = 4096;
        nint large = New((long)Side * 2 * Side);
        Add("matrix · vector [n, k]", 0, 4.0 * 2 * Side * Side, () =>
            Gemm.Multiply(false, true, 1, 2 * Side, Side, F(x), Side, F(large), Side, 0f, F(y), 2 * Side));
        Add("matrix · vector [k, n]", 0, 4.0 * 2 * Side * Side, () =>
            Gemm.Multiply(false, false, 1, Side, 2 * Side, F(x), 2 * Side, F(large), Side, 0f, F(y), Side));
        return cases;
    }

    public void Dispose()
    {
        foreach (nint block in _blocks)
            NativePool.Return((void*)block);
        _blocks.Clear();
    }

    private static float* F(nint block) => (float*)block;

    /// <summary>Sequences of 1 to <paramref name="longest"/> rows that fill all rows, and how many pairs of rows see each other.</summary>
    private int* Offsets(int longest, out int sequences, out double seen)
    {
        int* offsets = (int*)NativePool.Rent((rows + 1L) * sizeof(int));
        _blocks.Add((nint)offsets);
        offsets[0] = 0;
        seen = 0;
        for (sequences = 0; offsets[sequences] < rows; sequences++)
        {
            int length = 1 + (int)(CounterRandom.Uniform(11, (ulong)sequences) * longest);
            length = Math.Min(length, rows - offsets[sequences]);
            seen += length * (length + 1) / 2.0;
            offsets[sequences + 1] = offsets[sequences] + length;
        }
        return offsets;
    }

    private nint New(long count)
    {
        nint block = (nint)Samples.Floats(count, (ulong)_blocks.Count);
        _blocks.Add(block);
        return block;
    }
}
