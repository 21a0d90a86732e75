using System.Numerics;
using System.Numerics.Tensors;

namespace TorchSharp.Kernels;

internal struct ExpOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Exp(x, y);
}

internal struct LogOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Log(x, y);
}

internal struct Log1POp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // log(1 + x) loses the digits of a small x; the quotient gives them back (Kahan).
        for (int i = 0; i < y.Length; i++)
        {
            T u = T.One + x[i];
            y[i] = u == T.One ? x[i] : T.IsInfinity(u) ? T.Log(u) : T.Log(u) * x[i] / (u - T.One);
        }
    }
}

internal struct Log2Op : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Log2(x, y);
}

internal struct SqrtOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sqrt(x, y);
}

internal struct RsqrtOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Sqrt(x, y);
        TensorPrimitives.Divide(T.One, (ReadOnlySpan<T>)y, y);
    }
}

internal struct ReciprocalOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Divide(T.One, x, y);
}

internal struct TanhOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Tanh(x, y);
}

internal struct SigmoidOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sigmoid(x, y);
}

internal struct SinOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sin(x, y);
}

internal struct CosOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Cos(x, y);
}

internal struct FloorOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Floor(x, y);
}

internal struct CeilingOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Ceiling(x, y);
}

/// <summary>To the nearest integer, halves to even.</summary>
internal struct RoundOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Round(x, y);
}

internal struct TruncateOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Truncate(x, y);
}

/// <summary>x·σ(x).</summary>
internal struct SiluOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Through a buffer, because the result may lie over the input.
        Span<T> gate = stackalloc T[StridedCopy.Chunk];
        for (int i = 0; i < y.Length; i += gate.Length)
        {
            int n = Math.Min(gate.Length, y.Length - i);
            TensorPrimitives.Sigmoid(x.Slice(i, n), gate);
            TensorPrimitives.Multiply(x.Slice(i, n), gate[..n], y.Slice(i, n));
        }
    }
}

/// <summary>log(1 + eˣ), which is x for large x.</summary>
internal struct SoftplusOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = T.Max(x[i], T.Zero) + T.LogP1(T.Exp(-T.Abs(x[i])));
    }
}

/// <summary>The error function, to full double precision: a series near zero, a continued fraction for the tail.</summary>
internal struct ErfOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = T.CreateTruncating(Of(double.CreateTruncating(x[i])));
    }

    internal static double Of(double x)
    {
        if (double.IsNaN(x))
            return x;
        double a = Math.Abs(x);
        if (a > 6)
            return Math.Sign(x);
        if (a < 2.5)
        {
            // erf(x) = 2/√π Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)), summed in the form whose terms are all positive.
            double term = x, sum = x;
            for (int n = 1; n < 60 && Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }
            return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
        }
        double fraction = 0;
        for (int n = 40; n > 0; n--)
            fraction = n / 2.0 / (a + fraction);
        return Math.Sign(x) * (1 - (Math.Exp(-a * a) / Math.Sqrt(Math.PI) / (a + fraction)));
    }
}
