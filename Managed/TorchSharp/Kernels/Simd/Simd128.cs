using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchSharp.Kernels;

/// <summary>4 floats in a <see cref="Vector128{T}"/>.</summary>
internal readonly unsafe struct Simd128 : ISimd<Simd128>
{
    private readonly Vector128<float> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Simd128(Vector128<float> v) => _v = v;

    public static int Count => 4;

    public static Simd128 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Of(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Load(float* source) => new(Vector128.Load(source));

    public static Simd128 Load(float* source, int count)
    {
        float* buffer = stackalloc float[Count];
        Vector128<float>.Zero.Store(buffer);
        for (int i = 0; i < count; i++)
            buffer[i] = source[i];
        return Load(buffer);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 LoadBFloat16(ushort* source)
        => new((Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe()) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 LoadInt8(sbyte* source)
    {
        Vector128<sbyte> bytes = Vector128.CreateScalarUnsafe(*(int*)source).AsSByte();
        return new(Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => _v.Store(target);

    public void Store(float* target, int count)
    {
        float* buffer = stackalloc float[Count];
        _v.Store(buffer);
        for (int i = 0; i < count; i++)
            target[i] = buffer[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator +(Simd128 a, Simd128 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator -(Simd128 a, Simd128 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator -(Simd128 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator *(Simd128 a, Simd128 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator /(Simd128 a, Simd128 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Fma(Simd128 a, Simd128 b, Simd128 c) => new(Vector128.MultiplyAddEstimate(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Min(Simd128 a, Simd128 b) => new(Vector128.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Max(Simd128 a, Simd128 b) => new(Vector128.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Abs(Simd128 a) => new(Vector128.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Sqrt(Simd128 a) => new(Vector128.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Round(Simd128 a) => new(Vector128.Round(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Scale(Simd128 a, Simd128 n)
    {
        // In two steps, since 2ⁿ itself may not be a number.
        Vector128<int> whole = Vector128.ConvertToInt32Native(n._v);
        Vector128<int> half = whole >> 1;
        Vector128<int> bias = Vector128.Create(127);
        return new(a._v * ((half + bias) << 23).AsSingle() * ((whole - half + bias) << 23).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 ScaleNormal(Simd128 a, Simd128 n)
        => new(a._v * ((Vector128.ConvertToInt32Native(n._v) + Vector128.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Split(Simd128 a, out Simd128 exponent)
    {
        // Subtracting the bits of √½ moves the borders of the octaves to √½·2ᵉ.
        Vector128<int> root = Vector128.Create(0x3f3504f3);
        Vector128<int> shifted = a._v.AsInt32() - root;
        exponent = new(Vector128.ConvertToSingle(shifted >> 23));
        return new(((shifted & Vector128.Create(0x007fffff)) + root).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 IfLess(Simd128 a, Simd128 b, Simd128 then, Simd128 otherwise)
        => new(Vector128.ConditionalSelect(Vector128.LessThan(a._v, b._v), then._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 CopySign(Simd128 magnitude, Simd128 sign)
        => new(Vector128.ConditionalSelect(Vector128.Create(-0f), sign._v, magnitude._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Uniform(uint key0, uint key1, uint position)
    {
        // The finalizer of MurmurHash3, keyed before and between its rounds.
        Vector128<uint> x = (Vector128<uint>.Indices + Vector128.Create(position)) ^ Vector128.Create(key0);
        x = (x ^ (x >>> 16)) * Vector128.Create(0x85ebca6bu);
        x = ((x ^ (x >>> 13)) * Vector128.Create(0xc2b2ae35u)) + Vector128.Create(key1);
        x = (x ^ (x >>> 16)) * Vector128.Create(0x85ebca6bu);
        x = (x ^ (x >>> 13)) * Vector128.Create(0xc2b2ae35u);
        x ^= x >>> 16;
        return new(Vector128.ConvertToSingle((x >>> 8).AsInt32()) * Vector128.Create(1f / (1 << 24)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector128.Sum(_v);

    public float Largest()
    {
        return MathF.Max(MathF.Max(_v[0], _v[1]), MathF.Max(_v[2], _v[3]));
    }
}
