namespace TorchSharp.Kernels;

/// <summary>
/// Scaled dot product attention softmax(scale · q·kᵀ)·v and its gradients (Vaswani et al., 2017), one head and one block of
/// queries at a time: never more scores than (keys × one block) per thread. What a causal mask hides is not computed.
/// A query that sees no key gives 0.
/// </summary>
internal static unsafe class Attention
{
    /// <summary>Output and, for the backward pass, the logarithm of each query's sum of exponentials.</summary>
    /// <param name="shape">Sizes and rules.</param>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="output">Written.</param>
    /// <param name="logSumExp"><see cref="AttentionShape.LogSumExpCount"/> numbers, or null.</param>
    public static void Forward(in AttentionShape shape, in HeadView q, in HeadView k, in HeadView v, in HeadView output, float* logSumExp)
    {
        Check(shape);
        AttentionShape prepared = shape.Prepared();
        using KernelProfile.Region region = KernelProfile.Measure("attention", 4 * Products(shape), 0);
        if (shape.QueryLength == 1 && shape.SequenceOffsets is null && shape.Dropout == 0f)
        {
            SingleQueryAttention decode = new() { Shape = shape, Q = q, K = k, V = v, Output = output, LogSumExp = logSumExp };
            SimdLoop.For((long)shape.Batch * shape.Heads, ItemGrain(shape), ref decode);
            return;
        }
        int lanes = 2 * Isa.VectorBits / 32;
        NativePool.Reserve(AttentionForward.ScratchFloats(prepared, lanes) * sizeof(float));
        AttentionForward body = new() { Shape = prepared, Q = q, K = k, V = v, Output = output, LogSumExp = logSumExp };
        long items = (long)shape.Batch * shape.Heads;
        // Too few heads for all threads: their queries are shared too.
        int blocks = (prepared.QueryLength + lanes - 1) / lanes;
        body.Splits = (int)Math.Clamp(2L * ThreadTeam.Threads / Math.Max(1, items), 1, Math.Max(1, blocks));
        SimdLoop.For(items * body.Splits, Grain(prepared), ref body);
    }

    /// <summary>Gradients with respect to queries, keys and values.</summary>
    /// <param name="shape">Sizes and rules, the same as forward.</param>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="output">The output of the forward pass.</param>
    /// <param name="dOutput">Its gradient.</param>
    /// <param name="logSumExp">From the forward pass.</param>
    /// <param name="dq">Receives the gradient of q; places of dq, dk and dv may interleave but not overlap.</param>
    /// <param name="dk">Receives the gradient of k.</param>
    /// <param name="dv">Receives the gradient of v.</param>
    /// <param name="accumulate">Adds to dq, dk and dv instead of writing.</param>
    public static void Backward(
        in AttentionShape shape, in HeadView q, in HeadView k, in HeadView v, in HeadView output, in HeadView dOutput, float* logSumExp,
        in HeadView dq, in HeadView dk, in HeadView dv, bool accumulate = false)
    {
        Check(shape);
        using KernelProfile.Region region = KernelProfile.Measure("attention backward", 10 * Products(shape), 0);
        AttentionShape prepared = shape.Prepared();
        NativePool.Reserve(AttentionBackward.ScratchFloats(prepared, 2 * Isa.VectorBits / 32) * sizeof(float));
        AttentionBackward body = new()
        {
            Shape = prepared,
            Q = q,
            K = k,
            V = v,
            Output = output,
            DOutput = dOutput,
            LogSumExp = logSumExp,
            DQ = dq,
            DK = dk,
            DV = dv,
            Accumulate = accumulate,
        };
        SimdLoop.For((long)shape.Batch * shape.Heads, Grain(prepared), ref body);
    }

    /// <summary>Multiply-adds of one product of queries and keys; of a causal one about half is computed.</summary>
    private static double Products(in AttentionShape shape) => shape.Scores * shape.Heads * shape.HeadSize;

    /// <summary>Heads per task: one, unless sequences are so short that asking for a task would cost as much as doing it.</summary>
    private static long Grain(in AttentionShape shape)
    {
        const double TaskWork = 1 << 16;
        double work = Products(shape) / Math.Max(1.0, (double)shape.Batch * shape.Heads);
        return (long)Math.Clamp(TaskWork / Math.Max(1.0, work), 1, Math.Max(1, (long)shape.Batch * shape.Heads / (8 * ThreadTeam.Threads)));
    }

    private static long ItemGrain(in AttentionShape shape)
        => Math.Max(1, (1 << 14) / Math.Max(1, (long)shape.KeyLength * shape.HeadSize));

    private static void Check(in AttentionShape shape)
    {
        if (shape.SequenceOffsets is not null && shape.KeyMask is not null)
            throw new ArgumentException("Packed sequences have no padding: a key mask cannot be combined with sequence offsets.");
        if (shape.HeadSize <= 0)
            throw new ArgumentException($"The head size is {shape.HeadSize}; at least 1 was expected.");
    }
}
