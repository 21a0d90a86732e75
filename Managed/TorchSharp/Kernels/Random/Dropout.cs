using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>Dropout whose mask is a function of seed and position, so the backward pass draws it again instead of keeping it.</summary>
internal static unsafe class Dropout
{
    private const long Grain = 1 << 14;

    /// <summary>
    /// y[i] = x[i] / (1 - p) where the number at <paramref name="offset"/> + i is at least p, else 0.
    /// The same call on the gradient is the backward pass. <paramref name="y"/> may be <paramref name="x"/>.
    /// </summary>
    public static void Apply(float* x, float* y, long count, float p, ulong seed, ulong offset)
    {
        using KernelProfile.Region region = KernelProfile.Measure("dropout", 0, sizeof(float) * 2.0 * count);
        Body body = new(x, y, p, seed, offset);
        SimdLoop.For(count, Grain, ref body);
    }

    private readonly struct Body(float* x, float* y, float p, ulong seed, ulong offset) : ISimdBody
    {
        [MethodImpl(Jit.Kernel)]
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            float scale = p < 1f ? 1f / (1f - p) : 0f;
            S limit = S.Of(p), factor = S.Of(scale);
            long i = begin;
            while (i < end)
            {
                // One pair of keys serves until the low half of the position wraps.
                ulong position = offset + (ulong)i;
                (uint key0, uint key1) = CounterRandom.Keys(seed, position);
                long stop = (long)Math.Min((ulong)end, (ulong)i + (0x1_0000_0000ul - (uint)position));
                for (; i + S.Count <= stop; i += S.Count)
                {
                    S u = S.Uniform(key0, key1, (uint)(offset + (ulong)i));
                    S.IfLess(u, limit, S.Zero, S.Load(x + i) * factor).Store(y + i);
                }
                for (; i < stop; i++)
                    y[i] = CounterRandom.Uniform(seed, offset + (ulong)i) < p ? 0f : x[i] * scale;
            }
        }
    }
}
