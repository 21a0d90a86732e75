using System.Numerics;

namespace TorchSharp.Kernels;

/// <summary>A function of one number, given for a run of them.</summary>
internal interface IUnaryNumber
{
    static abstract void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T>;
}

/// <summary>A function of one real number, given for a run of them.</summary>
internal interface IUnaryReal
{
    static abstract void Invoke<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>A function of two numbers, given for a run of them. The result may be written over either operand.</summary>
internal interface IBinaryNumber
{
    static abstract void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T>;
}

internal interface IBinaryReal
{
    static abstract void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

internal interface IRelation
{
    static abstract bool Invoke<T>(T a, T b)
        where T : unmanaged, INumber<T>;
}
