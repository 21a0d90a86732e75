using System.Numerics;
using System.Numerics.Tensors;

namespace TorchSharp.Kernels;

internal struct AddOp : IBinaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Add(a, b, y);
}

internal struct SubtractOp : IBinaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(a, b, y);
}

internal struct MultiplyOp : IBinaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(a, b, y);
}

internal struct DivideOp : IBinaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Divide(a, b, y);
}

/// <summary>The quotient rounded down, for integers as well.</summary>
internal struct FloorDivideOp : IBinaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
        {
            T rest = RemainderOp.Of(a[i], b[i]);
            y[i] = (a[i] - rest) / b[i];
        }
    }
}

/// <summary>The quotient rounded towards zero, for integers as well.</summary>
internal struct TruncatedDivideOp : IBinaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = (a[i] - (a[i] % b[i])) / b[i];
    }
}

/// <summary>The remainder with the sign of the divisor.</summary>
internal struct RemainderOp : IBinaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = Of(a[i], b[i]);
    }

    internal static T Of<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        T rest = a % b;
        return rest != T.Zero && T.IsNegative(rest) != T.IsNegative(b) ? rest + b : rest;
    }
}

internal struct MaximumOp : IBinaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Max(a, b, y);
}

internal struct MinimumOp : IBinaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Min(a, b, y);
}

internal struct PowerOp : IBinaryReal
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Pow(a, b, y);
}

/// <summary>Powers of integers, by multiplication.</summary>
internal struct IntegerPowerOp : IBinaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
        {
            T power = T.One;
            for (T n = T.Zero; n < b[i]; n++)
                power *= a[i];
            y[i] = power;
        }
    }
}

internal struct NegateOp : IUnaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Negate(x, y);
}

internal struct AbsoluteOp : IUnaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Abs(x, y);
}

internal struct SquareOp : IUnaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(x, x, y);
}

internal struct SignOp : IUnaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i] > T.Zero ? T.One : x[i] < T.Zero ? -T.One : x[i];
    }
}

internal struct ReluOp : IUnaryNumber
{
    public static void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Max(x, T.Zero, y);
}

internal struct EqualOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => a == b;
}

internal struct NotEqualOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => a != b;
}

internal struct LessOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => a < b;
}

internal struct LessOrEqualOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => a <= b;
}

internal struct GreaterOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => a > b;
}

internal struct GreaterOrEqualOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => a >= b;
}

internal struct AndOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => a != T.Zero && b != T.Zero;
}

internal struct OrOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => a != T.Zero || b != T.Zero;
}

internal struct XorOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => a != T.Zero ^ b != T.Zero;
}

internal struct IsNaNOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.IsNaN(a);
}

internal struct IsInfinityOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.IsInfinity(a);
}

internal struct IsFiniteOp : IRelation
{
    public static bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.IsFinite(a);
}
