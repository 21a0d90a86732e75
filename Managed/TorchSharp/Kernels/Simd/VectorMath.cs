using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>
/// Elementary functions on vectors, within about two units in the last place. Polynomials are interpolated at the
/// Chebyshev points of the interval that each one serves.
/// </summary>
internal static class VectorMath
{
    private const float LargestExp = 88.72283f;
    private const float SmallestExp = -87.33654f;

    /// <summary>eˣ; 0 below the normal numbers, +∞ above the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static S Exp<S>(S x)
        where S : struct, ISimd<S>
    {
        S y = ExpMantissa(S.Max(S.Of(SmallestExp), S.Min(S.Of(LargestExp), x)), out S n);
        y = S.Scale(y, n);
        y = S.IfLess(x, S.Of(SmallestExp), S.Zero, y);
        return S.IfLess(S.Of(LargestExp), x, S.Of(float.PositiveInfinity), y);
    }

    /// <summary>eˣ for x ≤ 0, as in a softmax: 0 below the normal numbers (and for -∞).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static S ExpOfNegative<S>(S x)
        where S : struct, ISimd<S>
    {
        S low = S.Of(SmallestExp);
        return S.IfLess(x, low, S.Zero, ExpInRange(S.Max(low, x)));
    }

    /// <summary>ln x for normal x; -∞ for 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static S Log<S>(S x)
        where S : struct, ISimd<S>
    {
        S m = S.Split(x, out S e);
        S f = m - S.Of(1f);
        S p = S.Of(-7.902743772e-2f);
        p = S.Fma(p, f, S.Of(1.262231985e-1f));
        p = S.Fma(p, f, S.Of(-1.299818376e-1f));
        p = S.Fma(p, f, S.Of(1.421449592e-1f));
        p = S.Fma(p, f, S.Of(-1.664128146e-1f));
        p = S.Fma(p, f, S.Of(2.000104509e-1f));
        p = S.Fma(p, f, S.Of(-2.500030642e-1f));
        p = S.Fma(p, f, S.Of(3.333333073e-1f));
        S square = f * f;
        // ln 2 in two parts, so that e·ln 2 loses nothing.
        S y = S.Fma(p * f, square, e * S.Of(-2.12194440e-4f));
        y = S.Fma(square, S.Of(-0.5f), y) + f;
        y = S.Fma(e, S.Of(0.693359375f), y);
        y = S.IfLess(x, S.Of(1.17549435e-38f), S.Of(float.NegativeInfinity), y);
        y = S.IfLess(x, S.Zero, S.Of(float.NaN), y);
        return S.IfLess(x, S.Of(float.PositiveInfinity), y, x);
    }

    /// <summary>tanh x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static S Tanh<S>(S x)
        where S : struct, ISimd<S>
    {
        S a = S.Abs(x);
        S z = x * x;
        S p = S.Of(2.269499028e-3f);
        p = S.Fma(p, z, S.Of(-8.323184127e-3f));
        p = S.Fma(p, z, S.Of(2.176250173e-2f));
        p = S.Fma(p, z, S.Of(-5.395846142e-2f));
        p = S.Fma(p, z, S.Of(1.333330014e-1f));
        p = S.Fma(p, z, S.Of(-3.333333315e-1f));
        S near = S.Fma(p * z, x, x);
        S e = ExpInRange(S.Min(S.Of(10f), a) * S.Of(2f));
        S far = S.Of(1f) - (S.Of(2f) / (e + S.Of(1f)));
        return S.IfLess(a, S.Of(0.625f), near, S.CopySign(far, x));
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static S Sigmoid<S>(S x)
        where S : struct, ISimd<S>
        => S.Of(1f) / (S.Of(1f) + ExpInRange(S.Max(S.Of(SmallestExp), S.Min(S.Of(-SmallestExp), -x))));

    /// <summary>The error function 2/√π ∫₀ˣ e^(-t²) dt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static S Erf<S>(S x)
        where S : struct, ISimd<S>
    {
        S a = S.Min(S.Of(4.1f), S.Abs(x));
        S z = a * a;
        S p = S.Of(7.875871584e-5f);
        p = S.Fma(p, z, S.Of(-8.016863154e-4f));
        p = S.Fma(p, z, S.Of(5.189087281e-3f));
        p = S.Fma(p, z, S.Of(-2.685421193e-2f));
        p = S.Fma(p, z, S.Of(1.128359471e-1f));
        p = S.Fma(p, z, S.Of(-3.761262667e-1f));
        p = S.Fma(p, z, S.Of(1.128379166f));
        S near = p * x;
        // erf x = 1 - e^(-x²)·q(1 / (1 + x)) from 1 on.
        S t = S.Of(1f) / (S.Of(1f) + a);
        S q = S.Of(-5.815806409e-1f);
        q = S.Fma(q, t, S.Of(1.255412850f));
        q = S.Fma(q, t, S.Of(-5.740332502e-1f));
        q = S.Fma(q, t, S.Of(-6.517968298e-1f));
        q = S.Fma(q, t, S.Of(4.334795575e-1f));
        q = S.Fma(q, t, S.Of(5.339538762e-1f));
        q = S.Fma(q, t, S.Of(5.672888241e-1f));
        q = S.Fma(q, t, S.Of(-1.306325246e-4f));
        S far = S.Of(1f) - (ExpInRange(-z) * q);
        return S.IfLess(a, S.Of(1f), near, S.CopySign(far, x));
    }

    /// <summary>eˣ for |x| up to that of the smallest normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static S ExpInRange<S>(S x)
        where S : struct, ISimd<S>
    {
        S mantissa = ExpMantissa(x, out S n);
        return S.ScaleNormal(mantissa, n);
    }

    /// <summary>eˣ is the result times 2ⁿ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static S ExpMantissa<S>(S x, out S n)
        where S : struct, ISimd<S>
    {
        n = S.Round(x * S.Of(1.44269504f));
        S r = S.Fma(n, S.Of(-0.693359375f), x);
        r = S.Fma(n, S.Of(2.12194440e-4f), r);
        S p = S.Of(1.392617612e-3f);
        p = S.Fma(p, r, S.Of(8.363173075e-3f));
        p = S.Fma(p, r, S.Of(4.166655466e-2f));
        p = S.Fma(p, r, S.Of(1.666657703e-1f));
        p = S.Fma(p, r, S.Of(5.000000000e-1f));
        p = S.Fma(p, r, S.Of(1f));
        return S.Fma(p, r, S.Of(1f));
    }
}
