using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>Sums of squares for gradient norms.</summary>
internal static unsafe class Norms
{
    private const long Grain = 1 << 14;

    /// <summary>Σ x², in blocks of a fixed size that are added in order, as doubles.</summary>
    public static double SumOfSquares(float* x, long count)
    {
        using KernelProfile.Region region = KernelProfile.Measure("sum of squares", 0, sizeof(float) * (double)count);
        long blocks = (count + Grain - 1) / Grain;
        if (blocks == 0)
            return 0.0;
        double* partial = (double*)NativePool.Rent(blocks * sizeof(double));
        Body body = new(x, partial);
        SimdLoop.For(count, Grain, ref body);
        double sum = 0.0;
        for (long b = 0; b < blocks; b++)
            sum += partial[b];
        NativePool.Return(partial);
        return sum;
    }

    private readonly struct Body(float* x, double* partial) : ISimdBody
    {
        [MethodImpl(Jit.Kernel)]
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            S a = S.Zero, b = S.Zero, c = S.Zero, d = S.Zero;
            long i = begin;
            for (; i + (4 * S.Count) <= end; i += 4 * S.Count)
            {
                S v = S.Load(x + i);
                a = S.Fma(v, v, a);
                v = S.Load(x + i + S.Count);
                b = S.Fma(v, v, b);
                v = S.Load(x + i + (2 * S.Count));
                c = S.Fma(v, v, c);
                v = S.Load(x + i + (3 * S.Count));
                d = S.Fma(v, v, d);
            }
            double sum = (double)(a + b).Sum() + (c + d).Sum();
            for (; i < end; i++)
                sum += x[i] * x[i];
            partial[begin / Grain] = sum;
        }
    }
}
