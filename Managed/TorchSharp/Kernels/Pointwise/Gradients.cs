using System.Numerics;
using System.Numerics.Tensors;

namespace TorchSharp.Kernels;

/// <summary>A function of two real numbers as vectors, for the gradient formulas that no library function covers.</summary>
internal interface IVectorBinary
{
    static abstract Vector<T> Invoke<T>(Vector<T> a, Vector<T> b)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

internal static class VectorMap
{
    internal static void Run<TOp, T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where TOp : struct, IVectorBinary
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= y.Length - Vector<T>.Count; i += Vector<T>.Count)
            TOp.Invoke(new Vector<T>(a[i..]), new Vector<T>(b[i..])).CopyTo(y[i..]);
        for (; i < y.Length; i++)
            y[i] = TOp.Invoke(new Vector<T>(a[i]), new Vector<T>(b[i]))[0];
    }
}

/// <summary>g·(1 − y²) for y = tanh x.</summary>
internal struct TanhGradientOp : IBinaryReal, IVectorBinary
{
    public static Vector<T> Invoke<T>(Vector<T> g, Vector<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => g * (Vector<T>.One - (y * y));

    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => VectorMap.Run<TanhGradientOp, T>(a, b, y);
}

/// <summary>g·y·(1 − y) for y = σ(x).</summary>
internal struct SigmoidGradientOp : IBinaryReal, IVectorBinary
{
    public static Vector<T> Invoke<T>(Vector<T> g, Vector<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => g * y * (Vector<T>.One - y);

    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => VectorMap.Run<SigmoidGradientOp, T>(a, b, y);
}

/// <summary>g where x > 0.</summary>
internal struct ReluGradientOp : IBinaryReal, IVectorBinary
{
    public static Vector<T> Invoke<T>(Vector<T> g, Vector<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), g, Vector<T>.Zero);

    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => VectorMap.Run<ReluGradientOp, T>(a, b, y);
}

/// <summary>g·σ(x)·(1 + x·(1 − σ(x))).</summary>
internal struct SiluGradientOp : IBinaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> gate = stackalloc T[StridedCopy.Chunk];
        for (int i = 0; i < y.Length; i += gate.Length)
        {
            int n = Math.Min(gate.Length, y.Length - i);
            TensorPrimitives.Sigmoid(b.Slice(i, n), gate);
            // s·(1 + x·(1 − s)) = s + x·s·(1 − s)
            for (int k = 0; k < n; k++)
                gate[k] += b[i + k] * gate[k] * (T.One - gate[k]);
            TensorPrimitives.Multiply(a.Slice(i, n), gate[..n], y.Slice(i, n));
        }
    }
}

/// <summary>x·Φ(x), Φ the normal distribution function (Hendrycks and Gimpel, 2016).</summary>
internal struct GeluOp : IUnaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
        {
            double v = double.CreateTruncating(x[i]);
            y[i] = T.CreateTruncating(v * 0.5 * (1 + ErfOp.Of(v / Math.Sqrt(2))));
        }
    }
}

/// <summary>g·(Φ(x) + x·φ(x)).</summary>
internal struct GeluGradientOp : IBinaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
        {
            double v = double.CreateTruncating(b[i]);
            double density = Math.Exp(-v * v / 2) / Math.Sqrt(2 * Math.PI);
            y[i] = a[i] * T.CreateTruncating((0.5 * (1 + ErfOp.Of(v / Math.Sqrt(2)))) + (v * density));
        }
    }
}
