using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>Reductions over one row, in any width of vector.</summary>
internal static unsafe class RowMath
{
    /// <summary>The largest element; -∞ of an empty row.</summary>
    [MethodImpl(Jit.Kernel)]
    public static float Max<S>(float* x, int n)
        where S : struct, ISimd<S>
    {
        S a = S.Of(float.NegativeInfinity), b = a;
        int i = 0;
        for (; i + (2 * S.Count) <= n; i += 2 * S.Count)
        {
            a = S.Max(a, S.Load(x + i));
            b = S.Max(b, S.Load(x + i + S.Count));
        }
        float max = S.Max(a, b).Largest();
        for (; i < n; i++)
            max = MathF.Max(max, x[i]);
        return max;
    }

    /// <summary>Σ e^(xᵢ - shift), for a shift that is no smaller than any element.</summary>
    [MethodImpl(Jit.Kernel)]
    public static float SumExp<S>(float* x, int n, float shift)
        where S : struct, ISimd<S>
    {
        S a = S.Zero, b = S.Zero, m = S.Of(shift);
        int i = 0;
        for (; i + (2 * S.Count) <= n; i += 2 * S.Count)
        {
            a += VectorMath.ExpOfNegative(S.Load(x + i) - m);
            b += VectorMath.ExpOfNegative(S.Load(x + i + S.Count) - m);
        }
        float sum = (a + b).Sum();
        for (; i < n; i++)
            sum += MathF.Exp(x[i] - shift);
        return sum;
    }

    /// <summary>yᵢ = factor · e^(xᵢ - shift), for a shift that is no smaller than any element; y may be x.</summary>
    [MethodImpl(Jit.Kernel)]
    public static void ScaledExp<S>(float* x, float* y, int n, float shift, float factor)
        where S : struct, ISimd<S>
    {
        S m = S.Of(shift), f = S.Of(factor);
        int i = 0;
        for (; i + S.Count <= n; i += S.Count)
            (VectorMath.ExpOfNegative(S.Load(x + i) - m) * f).Store(y + i);
        for (; i < n; i++)
            y[i] = MathF.Exp(x[i] - shift) * factor;
    }

    [MethodImpl(Jit.Kernel)]
    public static float Dot<S>(float* x, float* y, int n)
        where S : struct, ISimd<S>
    {
        S a = S.Zero, b = S.Zero;
        int i = 0;
        for (; i + (2 * S.Count) <= n; i += 2 * S.Count)
        {
            a = S.Fma(S.Load(x + i), S.Load(y + i), a);
            b = S.Fma(S.Load(x + i + S.Count), S.Load(y + i + S.Count), b);
        }
        float sum = (a + b).Sum();
        for (; i < n; i++)
            sum += x[i] * y[i];
        return sum;
    }

    [MethodImpl(Jit.Kernel)]
    public static float Sum<S>(float* x, int n)
        where S : struct, ISimd<S>
    {
        S a = S.Zero, b = S.Zero;
        int i = 0;
        for (; i + (2 * S.Count) <= n; i += 2 * S.Count)
        {
            a += S.Load(x + i);
            b += S.Load(x + i + S.Count);
        }
        float sum = (a + b).Sum();
        for (; i < n; i++)
            sum += x[i];
        return sum;
    }
}
