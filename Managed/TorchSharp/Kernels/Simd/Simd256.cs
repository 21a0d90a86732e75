using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Kernels;

/// <summary>8 floats in a <see cref="Vector256{T}"/>.</summary>
internal readonly unsafe struct Simd256 : ISimd<Simd256>
{
    private readonly Vector256<float> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Simd256(Vector256<float> v) => _v = v;

    public static int Count => 8;

    public static Simd256 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Of(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Load(float* source) => new(Vector256.Load(source));

    public static Simd256 Load(float* source, int count)
    {
        float* buffer = stackalloc float[Count];
        Vector256<float>.Zero.Store(buffer);
        for (int i = 0; i < count; i++)
            buffer[i] = source[i];
        return Load(buffer);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 LoadBFloat16(ushort* source)
        => new((Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(Vector128.Load(source)).AsUInt32() << 16
            : Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 LoadInt8(sbyte* source)
    {
        if (Avx2.IsSupported)
            return new(Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(*(long*)source).AsSByte())));
        Vector256<sbyte> bytes = Vector64.Load(source).ToVector128Unsafe().ToVector256Unsafe();
        return new(Vector256.ConvertToSingle(Vector256.WidenLower(Vector256.WidenLower(bytes))));
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
    public static Simd256 operator +(Simd256 a, Simd256 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator -(Simd256 a, Simd256 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator -(Simd256 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator *(Simd256 a, Simd256 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator /(Simd256 a, Simd256 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Fma(Simd256 a, Simd256 b, Simd256 c) => new(Vector256.MultiplyAddEstimate(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Min(Simd256 a, Simd256 b) => new(Vector256.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Max(Simd256 a, Simd256 b) => new(Vector256.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Abs(Simd256 a) => new(Vector256.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Sqrt(Simd256 a) => new(Vector256.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Round(Simd256 a) => new(Vector256.Round(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Scale(Simd256 a, Simd256 n)
    {
        // In two steps, since 2ⁿ itself may not be a number.
        Vector256<int> whole = Vector256.ConvertToInt32Native(n._v);
        Vector256<int> half = whole >> 1;
        Vector256<int> bias = Vector256.Create(127);
        return new(a._v * ((half + bias) << 23).AsSingle() * ((whole - half + bias) << 23).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 ScaleNormal(Simd256 a, Simd256 n)
        => new(a._v * ((Vector256.ConvertToInt32Native(n._v) + Vector256.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Split(Simd256 a, out Simd256 exponent)
    {
        // Subtracting the bits of √½ moves the borders of the octaves to √½·2ᵉ.
        Vector256<int> root = Vector256.Create(0x3f3504f3);
        Vector256<int> shifted = a._v.AsInt32() - root;
        exponent = new(Vector256.ConvertToSingle(shifted >> 23));
        return new(((shifted & Vector256.Create(0x007fffff)) + root).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 IfLess(Simd256 a, Simd256 b, Simd256 then, Simd256 otherwise)
        => new(Vector256.ConditionalSelect(Vector256.LessThan(a._v, b._v), then._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 CopySign(Simd256 magnitude, Simd256 sign)
        => new(Vector256.ConditionalSelect(Vector256.Create(-0f), sign._v, magnitude._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Uniform(uint key0, uint key1, uint position)
    {
        // The finalizer of MurmurHash3, keyed before and between its rounds.
        Vector256<uint> x = (Vector256<uint>.Indices + Vector256.Create(position)) ^ Vector256.Create(key0);
        x = (x ^ (x >>> 16)) * Vector256.Create(0x85ebca6bu);
        x = ((x ^ (x >>> 13)) * Vector256.Create(0xc2b2ae35u)) + Vector256.Create(key1);
        x = (x ^ (x >>> 16)) * Vector256.Create(0x85ebca6bu);
        x = (x ^ (x >>> 13)) * Vector256.Create(0xc2b2ae35u);
        x ^= x >>> 16;
        return new(Vector256.ConvertToSingle((x >>> 8).AsInt32()) * Vector256.Create(1f / (1 << 24)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector256.Sum(_v);

    public float Largest()
    {
        Simd128 half = Simd128.Max(new(_v.GetLower()), new(_v.GetUpper()));
        return half.Largest();
    }
}
