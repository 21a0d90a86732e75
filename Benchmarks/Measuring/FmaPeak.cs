using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Tef.Benchmarks.Measuring;

/// <summary>The most float32 multiply-adds this machine does: twelve independent chains in registers.</summary>
internal static class FmaPeak
{
    private const int Iterations = 4_000_000;
    private const int Chains = 12;

    /// <summary>GFLOP/s of <paramref name="threads"/> threads together; the best of the rounds.</summary>
    public static double Measure(int threads, double seconds)
    {
        int lanes = Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;
        double work = 2.0 * lanes * Chains * Iterations * threads;
        double best = 0.0;
        int rounds = Math.Max(3, (int)(seconds * 200e9 / (2.0 * lanes * Chains * Iterations)));
        for (int i = 0; i < rounds; i++)
            best = Math.Max(best, work / OnThreads.Time(threads, _ => Chain(lanes)));
        return best / 1e9;
    }

    private static void Chain(int lanes)
        => GC.KeepAlive(lanes switch { 16 => Wide(), 8 => Middle(), _ => Narrow() });

    /// <summary>Whether the hardware has one instruction for a multiply-add at the chosen width.</summary>
    public static bool Fused => Vector512.IsHardwareAccelerated || Fma.IsSupported || AdvSimd.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Wide()
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        Vector512<float> c0 = Vector512.Create(0f), c1 = Vector512.Create(1f), c2 = Vector512.Create(2f);
        Vector512<float> c3 = Vector512.Create(3f), c4 = Vector512.Create(4f), c5 = Vector512.Create(5f);
        Vector512<float> c6 = Vector512.Create(6f), c7 = Vector512.Create(7f), c8 = Vector512.Create(8f);
        Vector512<float> c9 = Vector512.Create(9f), ca = Vector512.Create(10f), cb = Vector512.Create(11f);
        for (int i = 0; i < Iterations; i++)
        {
            c0 = Vector512.MultiplyAddEstimate(c0, x, y);
            c1 = Vector512.MultiplyAddEstimate(c1, x, y);
            c2 = Vector512.MultiplyAddEstimate(c2, x, y);
            c3 = Vector512.MultiplyAddEstimate(c3, x, y);
            c4 = Vector512.MultiplyAddEstimate(c4, x, y);
            c5 = Vector512.MultiplyAddEstimate(c5, x, y);
            c6 = Vector512.MultiplyAddEstimate(c6, x, y);
            c7 = Vector512.MultiplyAddEstimate(c7, x, y);
            c8 = Vector512.MultiplyAddEstimate(c8, x, y);
            c9 = Vector512.MultiplyAddEstimate(c9, x, y);
            ca = Vector512.MultiplyAddEstimate(ca, x, y);
            cb = Vector512.MultiplyAddEstimate(cb, x, y);
        }
        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + ca + cb);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Middle()
    {
        Vector256<float> x = Vector256.Create(0.999f), y = Vector256.Create(0.001f);
        Vector256<float> c0 = Vector256.Create(0f), c1 = Vector256.Create(1f), c2 = Vector256.Create(2f);
        Vector256<float> c3 = Vector256.Create(3f), c4 = Vector256.Create(4f), c5 = Vector256.Create(5f);
        Vector256<float> c6 = Vector256.Create(6f), c7 = Vector256.Create(7f), c8 = Vector256.Create(8f);
        Vector256<float> c9 = Vector256.Create(9f), ca = Vector256.Create(10f), cb = Vector256.Create(11f);
        for (int i = 0; i < Iterations; i++)
        {
            c0 = Vector256.MultiplyAddEstimate(c0, x, y);
            c1 = Vector256.MultiplyAddEstimate(c1, x, y);
            c2 = Vector256.MultiplyAddEstimate(c2, x, y);
            c3 = Vector256.MultiplyAddEstimate(c3, x, y);
            c4 = Vector256.MultiplyAddEstimate(c4, x, y);
            c5 = Vector256.MultiplyAddEstimate(c5, x, y);
            c6 = Vector256.MultiplyAddEstimate(c6, x, y);
            c7 = Vector256.MultiplyAddEstimate(c7, x, y);
            c8 = Vector256.MultiplyAddEstimate(c8, x, y);
            c9 = Vector256.MultiplyAddEstimate(c9, x, y);
            ca = Vector256.MultiplyAddEstimate(ca, x, y);
            cb = Vector256.MultiplyAddEstimate(cb, x, y);
        }
        return Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + ca + cb);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Narrow()
    {
        Vector128<float> x = Vector128.Create(0.999f), y = Vector128.Create(0.001f);
        Vector128<float> c0 = Vector128.Create(0f), c1 = Vector128.Create(1f), c2 = Vector128.Create(2f);
        Vector128<float> c3 = Vector128.Create(3f), c4 = Vector128.Create(4f), c5 = Vector128.Create(5f);
        Vector128<float> c6 = Vector128.Create(6f), c7 = Vector128.Create(7f), c8 = Vector128.Create(8f);
        Vector128<float> c9 = Vector128.Create(9f), ca = Vector128.Create(10f), cb = Vector128.Create(11f);
        for (int i = 0; i < Iterations; i++)
        {
            c0 = Vector128.MultiplyAddEstimate(c0, x, y);
            c1 = Vector128.MultiplyAddEstimate(c1, x, y);
            c2 = Vector128.MultiplyAddEstimate(c2, x, y);
            c3 = Vector128.MultiplyAddEstimate(c3, x, y);
            c4 = Vector128.MultiplyAddEstimate(c4, x, y);
            c5 = Vector128.MultiplyAddEstimate(c5, x, y);
            c6 = Vector128.MultiplyAddEstimate(c6, x, y);
            c7 = Vector128.MultiplyAddEstimate(c7, x, y);
            c8 = Vector128.MultiplyAddEstimate(c8, x, y);
            c9 = Vector128.MultiplyAddEstimate(c9, x, y);
            ca = Vector128.MultiplyAddEstimate(ca, x, y);
            cb = Vector128.MultiplyAddEstimate(cb, x, y);
        }
        return Vector128.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + ca + cb);
    }
}
