using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>The forward pass; an item is a head of a sequence, or a share of its queries.</summary>
internal unsafe struct AttentionForward : ISimdBody
{
    public AttentionShape Shape;
    public HeadView Q, K, V, Output;
    public float* LogSumExp;
    public int Splits;

    /// <summary>Floats of scratch memory per thread: keys in panels, values, a block of queries, its scores, its output.</summary>
    public static long ScratchFloats(in AttentionShape shape, int lanes)
    {
        int size = shape.HeadSize, wide = AttentionBlocks.RoundUp(size, AttentionTiles.Rows);
        long keys = AttentionBlocks.RoundUp(shape.KeyLength, AttentionBlocks.PanelRows);
        return (keys * (size + wide + lanes)) + ((long)(size + wide) * lanes);
    }

    [MethodImpl(Jit.Kernel)]
    public readonly void Run<S>(long begin, long end)
        where S : struct, ISimd<S>
    {
        int lanes = 2 * S.Count;
        int size = Shape.HeadSize, wide = AttentionBlocks.RoundUp(size, AttentionTiles.Rows);
        int keys = AttentionBlocks.RoundUp(Shape.KeyLength, AttentionBlocks.PanelRows);
        float* scratch = NativePool.RentFloats(ScratchFloats(Shape, lanes));
        float* panels = scratch;
        float* values = panels + ((long)keys * size);
        float* queries = values + ((long)keys * wide);
        float* scores = queries + ((long)size * lanes);
        float* outputs = scores + ((long)keys * lanes);
        for (long i = begin; i < end; i++)
        {
            AttentionItem item = Shape.Item((int)(i / Splits));
            int blocks = (item.Queries + lanes - 1) / lanes;
            int part = (int)(i % Splits);
            int first = blocks * part / Splits * lanes, last = Math.Min(blocks * (part + 1) / Splits * lanes, item.Queries);
            if (first >= last)
                continue;
            int seen = AttentionBlocks.KeysSeen(Shape, item, last - 1);
            AttentionBlocks.PackKeys(item.Of(K), K.Time, seen, size, panels);
            AttentionBlocks.CopyRows(item.Of(V), V.Time, seen, size, wide, 1f, values);
            AttentionItem next = i + 1 < (long)Shape.Batch * Shape.Heads * Splits ? Shape.Item((int)((i + 1) / Splits)) : default;
            for (int q0 = first; q0 < last; q0 += lanes)
            {
                int count = Math.Min(lanes, last - q0), ahead = Math.Min(q0 + lanes, next.Queries);
                AttentionBlocks.Prefetch(next.Of(K), K.Time, q0, ahead, size);
                AttentionBlocks.Prefetch(next.Of(V), V.Time, q0, ahead, size);
                AttentionBlocks.Prefetch(next.Of(Q), Q.Time, q0, ahead, size);
                int visible = AttentionBlocks.KeysSeen(Shape, item, q0 + count - 1);
                Packing.Transpose(item.Of(Q) + (q0 * Q.Time), Q.Time, count, lanes, size, Shape.Scale, queries);
                AttentionBlocks.Scores<S>(panels, queries, visible, size, scores);
                SoftmaxColumns<S>(item, q0, count, visible, scores, out S inverse0, out S inverse1);
                for (int d = 0; d < wide; d += AttentionTiles.Rows)
                    AttentionTiles.RowsTogether<S>(visible, values + d, wide, scores, outputs + ((long)d * lanes), lanes, false);
                for (int d = 0; d < size; d++)
                {
                    float* row = outputs + ((long)d * lanes);
                    (S.Load(row) * inverse0).Store(row);
                    (S.Load(row + S.Count) * inverse1).Store(row + S.Count);
                }
                Packing.TransposeExact(outputs, lanes, size, count, 1f, item.Of(Output) + (q0 * Output.Time), Output.Time);
            }
        }
        NativePool.Return(scratch);
    }

    /// <summary>Turns scores [visible, 2 vectors] into exponentials and returns one over the sum of each column.</summary>
    [MethodImpl(Jit.Kernel)]
    private readonly void SoftmaxColumns<S>(
        in AttentionItem item, int q0, int count, int visible, float* scores, out S inverse0, out S inverse1)
        where S : struct, ISimd<S>
    {
        int lanes = 2 * S.Count;
        AttentionBlocks.Hide<S>(Shape, item, q0, visible, scores, float.NegativeInfinity);
        S max0 = S.Of(float.MinValue), max1 = max0;
        float* s = scores;
        for (int key = 0; key < visible; key++, s += lanes)
        {
            max0 = S.Max(max0, S.Load(s));
            max1 = S.Max(max1, S.Load(s + S.Count));
        }
        S sum0 = S.Zero, sum1 = S.Zero;
        s = scores;
        for (int key = 0; key < visible; key++, s += lanes)
        {
            S e0 = VectorMath.ExpOfNegative(S.Load(s) - max0), e1 = VectorMath.ExpOfNegative(S.Load(s + S.Count) - max1);
            sum0 += e0;
            sum1 += e1;
            e0.Store(s);
            e1.Store(s + S.Count);
        }
        inverse0 = S.IfLess(S.Zero, sum0, S.Of(1f) / sum0, S.Zero);
        inverse1 = S.IfLess(S.Zero, sum1, S.Of(1f) / sum1, S.Zero);
        if (LogSumExp is not null)
        {
            float* target = LogSumExp + item.LogSumExp + q0;
            S log0 = max0 + VectorMath.Log(sum0), log1 = max1 + VectorMath.Log(sum1);
            log0.Store(target, Math.Min(count, S.Count));
            log1.Store(target + S.Count, Math.Max(0, count - S.Count));
        }
        if (Shape.Dropout > 0f)
        {
            for (int key = 0; key < visible; key++)
            {
                s = scores + ((long)key * lanes);
                AttentionBlocks.KeepFactors(Shape, item, key, q0, out S keep0, out S keep1);
                (S.Load(s) * keep0).Store(s);
                (S.Load(s + S.Count) * keep1).Store(s + S.Count);
            }
        }
    }
}
