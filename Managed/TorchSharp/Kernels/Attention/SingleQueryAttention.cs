using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>One query per head, as in cached decoding: keys and values are read once, in order. An item is a head.</summary>
internal unsafe struct SingleQueryAttention : ISimdBody
{
    public AttentionShape Shape;
    public HeadView Q, K, V, Output;
    public float* LogSumExp;

    [MethodImpl(Jit.Kernel)]
    public readonly void Run<S>(long begin, long end)
        where S : struct, ISimd<S>
    {
        int size = Shape.HeadSize;
        float* weights = NativePool.RentFloats(Math.Max(1, Shape.KeyLength));
        for (long i = begin; i < end; i++)
        {
            AttentionItem item = Shape.Item((int)i);
            float* q = item.Of(Q), k = item.Of(K), v = item.Of(V), output = item.Of(Output);
            byte* mask = Shape.KeyMask is null ? null : Shape.KeyMask + ((long)item.Batch * Shape.KeyLength);
            float max = float.MinValue;
            for (int key = 0; key < item.Keys; key++)
            {
                bool hidden = mask is not null && mask[key] == 0;
                weights[key] = hidden ? float.NegativeInfinity : Shape.Scale * RowMath.Dot<S>(q, k + (key * K.Time), size);
                max = MathF.Max(max, weights[key]);
            }
            RowMath.ScaledExp<S>(weights, weights, item.Keys, max, 1f);
            float sum = RowMath.Sum<S>(weights, item.Keys);
            if (LogSumExp is not null)
                LogSumExp[item.LogSumExp] = max + MathF.Log(sum);
            float factor = sum > 0f ? 1f / sum : 0f;
            int d = 0;
            for (; d + S.Count <= size; d += S.Count)
            {
                S total = S.Zero;
                for (int key = 0; key < item.Keys; key++)
                    total = S.Fma(S.Of(weights[key]), S.Load(v + (key * V.Time) + d), total);
                (total * S.Of(factor)).Store(output + d);
            }
            for (; d < size; d++)
            {
                float total = 0f;
                for (int key = 0; key < item.Keys; key++)
                    total += weights[key] * v[(key * V.Time) + d];
                output[d] = total * factor;
            }
        }
        NativePool.Return(weights);
    }
}
