using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>
/// The Gaussian error linear unit x·Φ(x) (Hendrycks and Gimpel, 2016), exact and in the tanh form that GPT-2 uses:
/// ½x(1 + tanh u) with u = √(2/π)(x + 0.044715x³), which is x·σ(2u).
/// </summary>
internal static unsafe class Gelu
{
    private const long Grain = 1 << 14;
    private const float TwoRootTwoOverPi = 1.5957691216f;
    private const float Cubic = 0.044715f;

    /// <summary>y = gelu(x); <paramref name="y"/> may be <paramref name="x"/>.</summary>
    public static void Forward(bool tanh, float* x, float* y, long count)
    {
        using KernelProfile.Region region = KernelProfile.Measure("gelu", 0, sizeof(float) * 2.0 * count);
        ForwardBody body = new(tanh, x, y);
        SimdLoop.For(count, Grain, ref body);
    }

    /// <summary>dx = dy · gelu'(x); <paramref name="dx"/> may be <paramref name="dy"/>.</summary>
    public static void Backward(bool tanh, float* x, float* dy, float* dx, long count)
    {
        using KernelProfile.Region region = KernelProfile.Measure("gelu backward", 0, sizeof(float) * 3.0 * count);
        BackwardBody body = new(tanh, x, dy, dx);
        SimdLoop.For(count, Grain, ref body);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static S Tanh<S>(S x)
        where S : struct, ISimd<S>
        => x * VectorMath.Sigmoid(TwoU(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static S TanhSlope<S>(S x)
        where S : struct, ISimd<S>
    {
        // (x·σ(w))' = σ + x·σ(1 - σ)·w', w = 2u.
        S sigmoid = VectorMath.Sigmoid(TwoU(x));
        S slope = S.Fma(x * x, S.Of(3f * Cubic * TwoRootTwoOverPi), S.Of(TwoRootTwoOverPi));
        return S.Fma(x * slope, sigmoid - (sigmoid * sigmoid), sigmoid);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static S TwoU<S>(S x)
        where S : struct, ISimd<S>
        => x * S.Fma(x * x, S.Of(Cubic * TwoRootTwoOverPi), S.Of(TwoRootTwoOverPi));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static S Exact<S>(S x)
        where S : struct, ISimd<S>
        => x * Phi(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static S ExactSlope<S>(S x)
        where S : struct, ISimd<S>
        => S.Fma(x * S.Of(0.3989422804f), VectorMath.ExpOfNegative(x * x * S.Of(-0.5f)), Phi(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static S Phi<S>(S x)
        where S : struct, ISimd<S>
        => S.Fma(VectorMath.Erf(x * S.Of(0.7071067812f)), S.Of(0.5f), S.Of(0.5f));

    private readonly struct ForwardBody(bool tanh, float* x, float* y) : ISimdBody
    {
        [MethodImpl(Jit.Kernel)]
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            long i = begin;
            if (tanh)
            {
                for (; i + S.Count <= end; i += S.Count)
                    Tanh(S.Load(x + i)).Store(y + i);
            }
            else
            {
                for (; i + S.Count <= end; i += S.Count)
                    Exact(S.Load(x + i)).Store(y + i);
            }
            int rest = (int)(end - i);
            if (rest > 0)
            {
                S last = S.Load(x + i, rest);
                (tanh ? Tanh(last) : Exact(last)).Store(y + i, rest);
            }
        }
    }

    private readonly struct BackwardBody(bool tanh, float* x, float* dy, float* dx) : ISimdBody
    {
        [MethodImpl(Jit.Kernel)]
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            long i = begin;
            if (tanh)
            {
                for (; i + S.Count <= end; i += S.Count)
                    (S.Load(dy + i) * TanhSlope(S.Load(x + i))).Store(dx + i);
            }
            else
            {
                for (; i + S.Count <= end; i += S.Count)
                    (S.Load(dy + i) * ExactSlope(S.Load(x + i))).Store(dx + i);
            }
            int rest = (int)(end - i);
            if (rest > 0)
            {
                S last = S.Load(x + i, rest);
                (S.Load(dy + i, rest) * (tanh ? TanhSlope(last) : ExactSlope(last))).Store(dx + i, rest);
            }
        }
    }
}
