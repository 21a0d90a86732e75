namespace TorchSharp.Kernels;

/// <summary>The inner loop of an operation: operand i starts at <c>p[i]</c> and moves <c>s[i]</c> bytes per element.</summary>
internal unsafe interface IStridedBody
{
    void Run(byte** p, long* s, long count);
}

/// <summary>
/// Walks up to four operands of one shape, each with its own strides (0 repeats). Dimensions that all operands walk alike are merged
/// first, so that contiguous operands are one long inner loop. Long walks are split over the threads at fixed places.
/// </summary>
internal unsafe struct StridedLoop
{
    internal const int MaxOperands = 4;
    internal const int MaxRank = 16;

    /// <summary>Elements per thread below which a split costs more than it gains.</summary>
    internal const long Grain = 32768;

    private fixed long shape[MaxRank];
    private fixed long strides[MaxOperands * MaxRank];
    private fixed long data[MaxOperands];
    private readonly long count;
    private readonly int operands;
    private int rank;
    private double bytes;

    internal StridedLoop(ReadOnlySpan<long> shape, int operands)
    {
        if (shape.Length > MaxRank)
            throw new ArgumentException($"Tensors have at most {MaxRank} dimensions, found {shape.Length}.", nameof(shape));
        rank = shape.Length;
        this.operands = operands;
        count = 1;
        for (int i = 0; i < rank; i++)
        {
            this.shape[i] = shape[i];
            count *= shape[i];
        }
    }

    /// <param name="operand">Its number.</param>
    /// <param name="pointer">Its first element.</param>
    /// <param name="elementStrides">Strides over the loop's shape, in elements.</param>
    /// <param name="elementSize">In bytes.</param>
    internal void Set(int operand, void* pointer, ReadOnlySpan<long> elementStrides, int elementSize)
    {
        data[operand] = (long)pointer;
        for (int i = 0; i < rank; i++)
            strides[(operand * MaxRank) + i] = elementStrides[i] * elementSize;
        if (elementStrides.ContainsAnyExcept(0))
            bytes += (double)count * elementSize;
    }

    /// <summary>Runs the body over all elements, on several threads where that pays.</summary>
    internal void Run<TBody>(TBody body)
        where TBody : struct, IStridedBody
    {
        if (count == 0)
            return;
        using KernelProfile.Region region = KernelProfile.Measure("pointwise", 0, bytes);
        Merge();
        fixed (StridedLoop* self = &this)
        {
            var range = new Range<TBody> { Loop = self, Body = body };
            if (count <= Grain)
                range.Run(0, count);
            else
                ThreadTeam.For(count, Grain, ref range);
        }
    }

    private void Merge()
    {
        int kept = 0;
        for (int i = 0; i < rank; i++)
        {
            if (shape[i] == 1)
                continue;
            bool continues = kept > 0;
            for (int o = 0; o < operands && continues; o++)
                continues = strides[(o * MaxRank) + kept - 1] == shape[i] * strides[(o * MaxRank) + i];
            int target = continues ? kept - 1 : kept++;
            shape[target] = continues ? shape[target] * shape[i] : shape[i];
            for (int o = 0; o < operands; o++)
                strides[(o * MaxRank) + target] = strides[(o * MaxRank) + i];
        }
        rank = kept;
    }

    private readonly void Run<TBody>(ref TBody body, long begin, long end)
        where TBody : struct, IStridedBody
    {
        byte** p = stackalloc byte*[MaxOperands];
        long* s = stackalloc long[MaxOperands];
        long* index = stackalloc long[MaxRank];
        for (int o = 0; o < operands; o++)
        {
            p[o] = (byte*)data[o];
            s[o] = rank == 0 ? 0 : strides[(o * MaxRank) + rank - 1];
        }
        if (rank == 0)
        {
            body.Run(p, s, 1);
            return;
        }
        long rest = begin;
        for (int d = rank - 1; d >= 0; d--)
        {
            index[d] = rest % shape[d];
            rest /= shape[d];
            for (int o = 0; o < operands; o++)
                p[o] += index[d] * strides[(o * MaxRank) + d];
        }
        byte** row = stackalloc byte*[MaxOperands];
        while (true)
        {
            long length = Math.Min(shape[rank - 1] - index[rank - 1], end - begin);
            for (int o = 0; o < operands; o++)
                row[o] = p[o];
            body.Run(row, s, length);
            begin += length;
            if (begin >= end)
                return;
            // To the start of the next row: back over this one, then on like an odometer.
            for (int o = 0; o < operands; o++)
                p[o] -= index[rank - 1] * s[o];
            index[rank - 1] = 0;
            for (int d = rank - 2; d >= 0; d--)
            {
                index[d]++;
                for (int o = 0; o < operands; o++)
                    p[o] += strides[(o * MaxRank) + d];
                if (index[d] < shape[d])
                    break;
                for (int o = 0; o < operands; o++)
                    p[o] -= shape[d] * strides[(o * MaxRank) + d];
                index[d] = 0;
            }
        }
    }

    private struct Range<TBody> : IRangeBody
        where TBody : struct, IStridedBody
    {
        internal StridedLoop* Loop;
        internal TBody Body;

        public void Run(long begin, long end) => Loop->Run(ref Body, begin, end);
    }
}
