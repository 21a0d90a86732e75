using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Kernels;

/// <summary>16 floats in a <see cref="Vector512{T}"/>.</summary>
internal readonly unsafe struct Simd512 : ISimd<Simd512>
{
    private readonly Vector512<float> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Simd512(Vector512<float> v) => _v = v;

    public static int Count => 16;

    public static Simd512 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Of(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Load(float* source) => new(Vector512.Load(source));

    public static Simd512 Load(float* source, int count)
    {
        float* buffer = stackalloc float[Count];
        Vector512<float>.Zero.Store(buffer);
        for (int i = 0; i < count; i++)
            buffer[i] = source[i];
        return Load(buffer);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 LoadBFloat16(ushort* source)
        => new((Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(Vector256.Load(source)).AsUInt32() << 16
            : Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe()) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 LoadInt8(sbyte* source)
    {
        if (Avx512F.IsSupported)
            return new(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(source))));
        Vector512<sbyte> bytes = Vector128.Load(source).ToVector256Unsafe().ToVector512Unsafe();
        return new(Vector512.ConvertToSingle(Vector512.WidenLower(Vector512.WidenLower(bytes))));
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
    public static Simd512 operator +(Simd512 a, Simd512 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator -(Simd512 a, Simd512 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator -(Simd512 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator *(Simd512 a, Simd512 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator /(Simd512 a, Simd512 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Fma(Simd512 a, Simd512 b, Simd512 c) => new(Vector512.MultiplyAddEstimate(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Min(Simd512 a, Simd512 b) => new(Vector512.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Max(Simd512 a, Simd512 b) => new(Vector512.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Abs(Simd512 a) => new(Vector512.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Sqrt(Simd512 a) => new(Vector512.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Round(Simd512 a) => new(Vector512.Round(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Scale(Simd512 a, Simd512 n)
    {
        if (Avx512F.IsSupported)
            return new(Avx512F.Scale(a._v, n._v));
        Vector512<int> whole = Vector512.ConvertToInt32Native(n._v);
        Vector512<int> half = whole >> 1;
        Vector512<int> bias = Vector512.Create(127);
        return new(a._v * ((half + bias) << 23).AsSingle() * ((whole - half + bias) << 23).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 ScaleNormal(Simd512 a, Simd512 n) => Scale(a, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Split(Simd512 a, out Simd512 exponent)
    {
        // Subtracting the bits of √½ moves the borders of the octaves to √½·2ᵉ.
        Vector512<int> root = Vector512.Create(0x3f3504f3);
        Vector512<int> shifted = a._v.AsInt32() - root;
        exponent = new(Vector512.ConvertToSingle(shifted >> 23));
        return new(((shifted & Vector512.Create(0x007fffff)) + root).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 IfLess(Simd512 a, Simd512 b, Simd512 then, Simd512 otherwise)
        => new(Vector512.ConditionalSelect(Vector512.LessThan(a._v, b._v), then._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 CopySign(Simd512 magnitude, Simd512 sign)
        => new(Vector512.ConditionalSelect(Vector512.Create(-0f), sign._v, magnitude._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Uniform(uint key0, uint key1, uint position)
    {
        // The finalizer of MurmurHash3, keyed before and between its rounds.
        Vector512<uint> x = (Vector512<uint>.Indices + Vector512.Create(position)) ^ Vector512.Create(key0);
        x = (x ^ (x >>> 16)) * Vector512.Create(0x85ebca6bu);
        x = ((x ^ (x >>> 13)) * Vector512.Create(0xc2b2ae35u)) + Vector512.Create(key1);
        x = (x ^ (x >>> 16)) * Vector512.Create(0x85ebca6bu);
        x = (x ^ (x >>> 13)) * Vector512.Create(0xc2b2ae35u);
        x ^= x >>> 16;
        return new(Vector512.ConvertToSingle((x >>> 8).AsInt32()) * Vector512.Create(1f / (1 << 24)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector512.Sum(_v);

    public float Largest()
    {
        Simd256 half = Simd256.Max(new(_v.GetLower()), new(_v.GetUpper()));
        return half.Largest();
    }
}
