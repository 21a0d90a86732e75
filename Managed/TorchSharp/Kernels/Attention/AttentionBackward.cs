using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>
/// The backward pass (Dao et al., 2022): weights are computed again from the log-sum-exp. An item is a head of a sequence, so
/// the gradients of its keys and values are summed by one thread in ascending order of queries.
/// </summary>
internal unsafe struct AttentionBackward : ISimdBody
{
    public AttentionShape Shape;
    public HeadView Q, K, V, Output, DOutput, DQ, DK, DV;
    public float* LogSumExp;
    public bool Accumulate;

    /// <summary>Floats of scratch memory per thread.</summary>
    public static long ScratchFloats(in AttentionShape shape, int lanes)
    {
        int size = shape.HeadSize;
        int wide = AttentionBlocks.RoundUp(size, AttentionTiles.Rows), vectors = AttentionBlocks.RoundUp(size, lanes);
        long keys = AttentionBlocks.RoundUp(shape.KeyLength, AttentionBlocks.PanelRows);
        return (keys * ((2 * size) + wide + (2 * vectors) + (2 * lanes))) + ((long)lanes * ((2 * size) + wide + (2 * vectors) + 2));
    }

    [MethodImpl(Jit.Kernel)]
    public readonly void Run<S>(long begin, long end)
        where S : struct, ISimd<S>
    {
        int lanes = 2 * S.Count;
        int size = Shape.HeadSize;
        int wide = AttentionBlocks.RoundUp(size, AttentionTiles.Rows), vectors = AttentionBlocks.RoundUp(size, lanes);
        long keys = AttentionBlocks.RoundUp(Shape.KeyLength, AttentionBlocks.PanelRows);
        Buffers buffers = new(NativePool.RentFloats(ScratchFloats(Shape, lanes)), keys, size, wide, vectors, lanes);
        for (long i = begin; i < end; i++)
        {
            AttentionItem item = Shape.Item((int)i);
            AttentionBlocks.PackKeys(item.Of(K), K.Time, item.Keys, size, buffers.KeyPanels);
            AttentionBlocks.PackKeys(item.Of(V), V.Time, item.Keys, size, buffers.ValuePanels);
            AttentionBlocks.CopyRows(item.Of(K), K.Time, item.Keys, size, wide, 1f, buffers.Keys);
            int own = checked(AttentionBlocks.RoundUp(item.Keys, AttentionBlocks.PanelRows) * vectors);
            new Span<float>(buffers.DKeys, own).Clear();
            new Span<float>(buffers.DValues, own).Clear();
            AttentionItem next = i + 1 < (long)Shape.Batch * Shape.Heads ? Shape.Item((int)(i + 1)) : default;
            for (int q0 = 0; q0 < item.Queries; q0 += lanes)
            {
                Prefetch(next, q0, Math.Min(q0 + lanes, next.Queries), size);
                Block<S>(item, buffers, q0, Math.Min(lanes, item.Queries - q0), size, wide, vectors);
            }
            WriteRows(buffers.DKeys, vectors, item.Of(DK), DK.Time, item.Keys, size);
            WriteRows(buffers.DValues, vectors, item.Of(DV), DV.Time, item.Keys, size);
        }
        NativePool.Return(buffers.All);
    }

    private readonly void Prefetch(in AttentionItem next, int first, int last, int size)
    {
        AttentionBlocks.Prefetch(next.Of(K), K.Time, first, last, size);
        AttentionBlocks.Prefetch(next.Of(V), V.Time, first, last, size);
        AttentionBlocks.Prefetch(next.Of(Q), Q.Time, first, last, size);
        AttentionBlocks.Prefetch(next.Of(DOutput), DOutput.Time, first, last, size);
        AttentionBlocks.Prefetch(next.Of(Output), Output.Time, first, last, size);
    }

    [MethodImpl(Jit.Kernel)]
    private readonly void Block<S>(in AttentionItem item, in Buffers buffers, int q0, int count, int size, int wide, int vectors)
        where S : struct, ISimd<S>
    {
        int lanes = 2 * S.Count;
        float* q = item.Of(Q) + (q0 * Q.Time);
        float* dOutput = item.Of(DOutput) + (q0 * DOutput.Time);
        int visible = AttentionBlocks.KeysSeen(Shape, item, q0 + count - 1);
        Packing.Transpose(q, Q.Time, count, lanes, size, Shape.Scale, buffers.QueriesAcross);
        Packing.Transpose(dOutput, DOutput.Time, count, lanes, size, 1f, buffers.DOutputsAcross);
        AttentionBlocks.CopyRows(q, Q.Time, count, size, vectors, Shape.Scale, buffers.Queries);
        AttentionBlocks.CopyRows(dOutput, DOutput.Time, count, size, vectors, 1f, buffers.DOutputs);

        // Per query: the log-sum-exp, and Σ dO·O, which is the sum over keys of weight · its gradient.
        float* logSumExp = buffers.PerQuery, delta = logSumExp + lanes;
        float* output = item.Of(Output) + (q0 * Output.Time);
        for (int i = 0; i < lanes; i++)
        {
            logSumExp[i] = i < count ? LogSumExp[item.LogSumExp + q0 + i] : float.PositiveInfinity;
            delta[i] = i < count ? RowMath.Dot<S>(output + (i * Output.Time), dOutput + (i * DOutput.Time), size) : 0f;
        }

        AttentionBlocks.Scores<S>(buffers.KeyPanels, buffers.QueriesAcross, visible, size, buffers.Weights);
        AttentionBlocks.Scores<S>(buffers.ValuePanels, buffers.DOutputsAcross, visible, size, buffers.DScores);
        AttentionBlocks.Hide<S>(Shape, item, q0, visible, buffers.Weights, float.NegativeInfinity);
        WeightsAndScores<S>(item, q0, visible, buffers.Weights, buffers.DScores, logSumExp, delta);

        // Rows beyond the last key share its tile: they must add nothing.
        long rest = AttentionBlocks.RoundUp(visible, AttentionTiles.Rows) - visible;
        new Span<float>(buffers.Weights + ((long)visible * lanes), (int)rest * lanes).Clear();
        new Span<float>(buffers.DScores + ((long)visible * lanes), (int)rest * lanes).Clear();
        for (int key = 0; key < visible; key += AttentionTiles.Rows)
        {
            for (int d = 0; d < vectors; d += lanes)
            {
                long from = (long)key * lanes, to = ((long)key * vectors) + d;
                AttentionTiles.StepsTogether<S>(
                    count, buffers.Weights + from, buffers.DOutputs + d, vectors, buffers.DValues + to, vectors, true);
                AttentionTiles.StepsTogether<S>(
                    count, buffers.DScores + from, buffers.Queries + d, vectors, buffers.DKeys + to, vectors, true);
            }
        }
        for (int d = 0; d < wide; d += AttentionTiles.Rows)
        {
            AttentionTiles.RowsTogether<S>(
                visible, buffers.Keys + d, wide, buffers.DScores, buffers.DQueriesAcross + ((long)d * lanes), lanes, false);
        }

        float* dq = item.Of(DQ) + (q0 * DQ.Time);
        if (!Accumulate)
        {
            Packing.TransposeExact(buffers.DQueriesAcross, lanes, size, count, Shape.Scale, dq, DQ.Time);
            return;
        }
        Packing.TransposeExact(buffers.DQueriesAcross, lanes, size, count, Shape.Scale, buffers.Queries, vectors);
        WriteRows(buffers.Queries, vectors, dq, DQ.Time, count, size);
    }

    /// <summary>Scores and gradients of weights become weights (after dropout) and gradients of scores.</summary>
    [MethodImpl(Jit.Kernel)]
    private readonly void WeightsAndScores<S>(
        in AttentionItem item, int q0, int visible, float* weights, float* dScores, float* logSumExp, float* delta)
        where S : struct, ISimd<S>
    {
        S log0 = S.Load(logSumExp), log1 = S.Load(logSumExp + S.Count);
        S delta0 = S.Load(delta), delta1 = S.Load(delta + S.Count);
        // A query without keys has a log-sum-exp of -∞ and weights 0.
        S none = S.Of(float.MinValue);
        log0 = S.IfLess(log0, none, S.Of(float.PositiveInfinity), log0);
        log1 = S.IfLess(log1, none, S.Of(float.PositiveInfinity), log1);
        bool dropout = Shape.Dropout > 0f;
        for (int key = 0; key < visible; key++, weights += 2 * S.Count, dScores += 2 * S.Count)
        {
            S w0 = VectorMath.ExpOfNegative(S.Load(weights) - log0), w1 = VectorMath.ExpOfNegative(S.Load(weights + S.Count) - log1);
            S g0 = S.Load(dScores), g1 = S.Load(dScores + S.Count);
            S kept0 = w0, kept1 = w1;
            if (dropout)
            {
                AttentionBlocks.KeepFactors(Shape, item, key, q0, out S keep0, out S keep1);
                g0 *= keep0;
                g1 *= keep1;
                kept0 *= keep0;
                kept1 *= keep1;
            }
            (w0 * (g0 - delta0)).Store(dScores);
            (w1 * (g1 - delta1)).Store(dScores + S.Count);
            kept0.Store(weights);
            kept1.Store(weights + S.Count);
        }
    }

    private readonly void WriteRows(float* source, long sourceStride, float* target, long stride, int rows, int size)
    {
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> from = new(source + (row * sourceStride), size);
            Span<float> to = new(target + (row * stride), size);
            if (Accumulate)
                System.Numerics.Tensors.TensorPrimitives.Add(from, to, to);
            else
                from.CopyTo(to);
        }
    }

    /// <summary>One block of scratch memory, cut up. "Across" means one vector per component, lanes are queries.</summary>
    private readonly struct Buffers
    {
        public readonly float* All, KeyPanels, ValuePanels, Keys, DKeys, DValues, Weights, DScores;
        public readonly float* QueriesAcross, DOutputsAcross, DQueriesAcross, Queries, DOutputs, PerQuery;

        public Buffers(float* all, long keys, int size, int wide, int vectors, int lanes)
        {
            All = all;
            KeyPanels = All;
            ValuePanels = KeyPanels + (keys * size);
            Keys = ValuePanels + (keys * size);
            DKeys = Keys + (keys * wide);
            DValues = DKeys + (keys * vectors);
            Weights = DValues + (keys * vectors);
            DScores = Weights + (keys * lanes);
            QueriesAcross = DScores + (keys * lanes);
            DOutputsAcross = QueriesAcross + ((long)lanes * size);
            DQueriesAcross = DOutputsAcross + ((long)lanes * size);
            Queries = DQueriesAcross + ((long)lanes * wide);
            DOutputs = Queries + ((long)lanes * vectors);
            PerQuery = DOutputs + ((long)lanes * vectors);
        }
    }
}
