using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>One query per head, as in cached decoding: keys and values are read once, in order. An item is a head.</summary>
internal unsafe struct SingleQueryAttention : ISimdBody
{
    public AttentionShape Shape;
    public HeadView Q, K, V, Output;
    public float* LogSumExp;

    public readonly void Run<S>(long begin, long end)
        where S : struct, ISimd<S>
    {
        float* weights = NativePool.RentFloats(Math.Max(1, Shape.KeyLength));
        for (long i = begin; i < end; i++)
        {
            AttentionItem item = Shape.Item((int)i);
            Scores<S>(item.Of(Q), item.Of(K), item.Keys, weights);
            if (Shape.KeyMask is not null)
                Hide(Shape.KeyMask + ((long)item.Batch * Shape.KeyLength), item.Keys, weights);
            // Without any visible key all weights become 0, which -∞ as the largest score would not give.
            float max = MathF.Max(float.MinValue, RowMath.Max<S>(weights, item.Keys));
            RowMath.ScaledExp<S>(weights, weights, item.Keys, max, 1f);
            float sum = RowMath.Sum<S>(weights, item.Keys);
            if (LogSumExp is not null)
                LogSumExp[item.LogSumExp] = max + MathF.Log(sum);
            Mix<S>(weights, item.Of(V), item.Keys, sum > 0f ? 1f / sum : 0f, item.Of(Output));
        }
        NativePool.Return(weights);
    }

    private static void Hide(byte* mask, int keys, float* weights)
    {
        for (int key = 0; key < keys; key++)
        {
            if (mask[key] == 0)
                weights[key] = float.NegativeInfinity;
        }
    }

    /// <summary>Scaled products of the query and the keys, four keys at a time.</summary>
    [MethodImpl(Jit.Kernel)]
    private readonly void Scores<S>(float* q, float* k, int keys, float* scores)
        where S : struct, ISimd<S>
    {
        int size = Shape.HeadSize, whole = size - (size % S.Count);
        float scale = Shape.Scale;
        long time = K.Time;
        int key = 0;
        for (; key + 4 <= keys; key += 4)
        {
            float* k0 = k + (key * time), k1 = k0 + time, k2 = k1 + time, k3 = k2 + time;
            S s0 = S.Zero, s1 = S.Zero, s2 = S.Zero, s3 = S.Zero;
            for (int d = 0; d < whole; d += S.Count)
            {
                S x = S.Load(q + d);
                s0 = S.Fma(x, S.Load(k0 + d), s0);
                s1 = S.Fma(x, S.Load(k1 + d), s1);
                s2 = S.Fma(x, S.Load(k2 + d), s2);
                s3 = S.Fma(x, S.Load(k3 + d), s3);
            }
            float t0 = s0.Sum(), t1 = s1.Sum(), t2 = s2.Sum(), t3 = s3.Sum();
            for (int d = whole; d < size; d++)
            {
                t0 += q[d] * k0[d];
                t1 += q[d] * k1[d];
                t2 += q[d] * k2[d];
                t3 += q[d] * k3[d];
            }
            scores[key] = scale * t0;
            scores[key + 1] = scale * t1;
            scores[key + 2] = scale * t2;
            scores[key + 3] = scale * t3;
        }
        for (; key < keys; key++)
        {
            float* last = k + (key * time);
            S s = S.Zero;
            for (int d = 0; d < whole; d += S.Count)
                s = S.Fma(S.Load(q + d), S.Load(last + d), s);
            float t = s.Sum();
            for (int d = whole; d < size; d++)
                t += q[d] * last[d];
            scores[key] = scale * t;
        }
    }

    /// <summary>Output = factor · Σ weight · value, four vectors of the head at a time.</summary>
    [MethodImpl(Jit.Kernel)]
    private readonly void Mix<S>(float* weights, float* v, int keys, float factor, float* output)
        where S : struct, ISimd<S>
    {
        int size = Shape.HeadSize, d = 0;
        long time = V.Time;
        S f = S.Of(factor);
        for (; d + (4 * S.Count) <= size; d += 4 * S.Count)
        {
            S s0 = S.Zero, s1 = S.Zero, s2 = S.Zero, s3 = S.Zero;
            float* row = v + d;
            for (int key = 0; key < keys; key++, row += time)
            {
                S weight = S.Of(weights[key]);
                s0 = S.Fma(weight, S.Load(row), s0);
                s1 = S.Fma(weight, S.Load(row + S.Count), s1);
                s2 = S.Fma(weight, S.Load(row + (2 * S.Count)), s2);
                s3 = S.Fma(weight, S.Load(row + (3 * S.Count)), s3);
            }
            (s0 * f).Store(output + d);
            (s1 * f).Store(output + d + S.Count);
            (s2 * f).Store(output + d + (2 * S.Count));
            (s3 * f).Store(output + d + (3 * S.Count));
        }
        for (; d + S.Count <= size; d += S.Count)
        {
            S s = S.Zero;
            for (int key = 0; key < keys; key++)
                s = S.Fma(S.Of(weights[key]), S.Load(v + (key * time) + d), s);
            (s * f).Store(output + d);
        }
        for (; d < size; d++)
        {
            float sum = 0f;
            for (int key = 0; key < keys; key++)
                sum += weights[key] * v[(key * time) + d];
            output[d] = sum * factor;
        }
    }
}
