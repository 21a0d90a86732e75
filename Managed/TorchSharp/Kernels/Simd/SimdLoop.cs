using System.Runtime.Intrinsics;

namespace TorchSharp.Kernels;

/// <summary>Parallel loops at the width of vector that this process computes with.</summary>
internal static class SimdLoop
{
    /// <summary>Runs <paramref name="body"/> over <c>0 ≤ i &lt; count</c> in chunks of <paramref name="grain"/> items.</summary>
    public static void For<TBody>(long count, long grain, ref TBody body)
        where TBody : struct, ISimdBody
    {
        if (Vector512.IsHardwareAccelerated)
            For<TBody, Simd512>(count, grain, body);
        else if (Vector256.IsHardwareAccelerated)
            For<TBody, Simd256>(count, grain, body);
        else
            For<TBody, Simd128>(count, grain, body);
    }

    private static void For<TBody, S>(long count, long grain, TBody body)
        where TBody : struct, ISimdBody
        where S : struct, ISimd<S>
    {
        Adapter<TBody, S> adapter = new(body);
        ThreadTeam.For(count, grain, ref adapter);
    }

    private readonly struct Adapter<TBody, S>(TBody body) : IRangeBody
        where TBody : struct, ISimdBody
        where S : struct, ISimd<S>
    {
        public void Run(long begin, long end) => body.Run<S>(begin, end);
    }
}
