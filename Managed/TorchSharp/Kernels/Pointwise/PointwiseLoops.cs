using System.Numerics;
using System.Runtime.Intrinsics;

namespace TorchSharp.Kernels;

/// <summary>
/// Turns an operation on runs into an inner loop over any strides: contiguous operands are used where they lie, others go through
/// a small buffer on the stack, so that every operation has one vectorised form. Operand 0 is the result.
/// </summary>
internal unsafe struct UnaryLoop<TOp, T> : IStridedBody
    where TOp : struct, IUnaryNumber
    where T : unmanaged, INumber<T>
{
    public void Run(byte** p, long* s, long count)
    {
        T* input = stackalloc T[StridedCopy.Chunk];
        T* output = stackalloc T[StridedCopy.Chunk];
        var x = new Strided<T>(p[1], s[1], input, count);
        var y = new Strided<T>(p[0], s[0], output, count);
        int step = x.IsDirect && y.IsDirect ? int.MaxValue / 2 : StridedCopy.Chunk;
        for (long i = 0; i < count; i += step)
        {
            int n = (int)Math.Min(step, count - i);
            TOp.Invoke(x.Read(i, n), y.Target(i, n));
            y.Write(i, n);
        }
    }
}

/// <summary>The same for functions of real numbers.</summary>
internal unsafe struct RealUnaryLoop<TOp, T> : IStridedBody
    where TOp : struct, IUnaryReal
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Run(byte** p, long* s, long count)
    {
        T* input = stackalloc T[StridedCopy.Chunk];
        T* output = stackalloc T[StridedCopy.Chunk];
        var x = new Strided<T>(p[1], s[1], input, count);
        var y = new Strided<T>(p[0], s[0], output, count);
        int step = x.IsDirect && y.IsDirect ? int.MaxValue / 2 : StridedCopy.Chunk;
        for (long i = 0; i < count; i += step)
        {
            int n = (int)Math.Min(step, count - i);
            TOp.Invoke(x.Read(i, n), y.Target(i, n));
            y.Write(i, n);
        }
    }
}

internal unsafe struct BinaryLoop<TOp, T> : IStridedBody
    where TOp : struct, IBinaryNumber
    where T : unmanaged, INumber<T>
{
    public void Run(byte** p, long* s, long count)
    {
        T* left = stackalloc T[StridedCopy.Chunk];
        T* right = stackalloc T[StridedCopy.Chunk];
        T* output = stackalloc T[StridedCopy.Chunk];
        var a = new Strided<T>(p[1], s[1], left, count);
        var b = new Strided<T>(p[2], s[2], right, count);
        var y = new Strided<T>(p[0], s[0], output, count);
        int step = a.IsDirect && b.IsDirect && y.IsDirect ? int.MaxValue / 2 : StridedCopy.Chunk;
        for (long i = 0; i < count; i += step)
        {
            int n = (int)Math.Min(step, count - i);
            TOp.Invoke(a.Read(i, n), b.Read(i, n), y.Target(i, n));
            y.Write(i, n);
        }
    }
}

internal unsafe struct RealBinaryLoop<TOp, T> : IStridedBody
    where TOp : struct, IBinaryReal
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Run(byte** p, long* s, long count)
    {
        T* left = stackalloc T[StridedCopy.Chunk];
        T* right = stackalloc T[StridedCopy.Chunk];
        T* output = stackalloc T[StridedCopy.Chunk];
        var a = new Strided<T>(p[1], s[1], left, count);
        var b = new Strided<T>(p[2], s[2], right, count);
        var y = new Strided<T>(p[0], s[0], output, count);
        int step = a.IsDirect && b.IsDirect && y.IsDirect ? int.MaxValue / 2 : StridedCopy.Chunk;
        for (long i = 0; i < count; i += step)
        {
            int n = (int)Math.Min(step, count - i);
            TOp.Invoke(a.Read(i, n), b.Read(i, n), y.Target(i, n));
            y.Write(i, n);
        }
    }
}

/// <summary>A relation of two numbers: the result is a bool, one byte of 0 or 1.</summary>
internal unsafe struct CompareLoop<TOp, T> : IStridedBody
    where TOp : struct, IRelation
    where T : unmanaged, INumber<T>
{
    public void Run(byte** p, long* s, long count)
    {
        byte* y = p[0], a = p[1], b = p[2];
        for (long i = 0; i < count; i++, y += s[0], a += s[1], b += s[2])
            *y = TOp.Invoke(*(T*)a, *(T*)b) ? (byte)1 : (byte)0;
    }
}

/// <summary>Converts numbers; towards zero and saturating where the target is an integer.</summary>
internal unsafe struct CastLoop<TIn, TOut> : IStridedBody
    where TIn : unmanaged, INumber<TIn>
    where TOut : unmanaged, INumber<TOut>
{
    public void Run(byte** p, long* s, long count)
    {
        byte* y = p[0], x = p[1];
        for (long i = 0; i < count; i++, y += s[0], x += s[1])
            *(TOut*)y = TOut.CreateTruncating(*(TIn*)x);
    }
}

/// <summary>Bool: everything but zero is true.</summary>
internal unsafe struct ToBoolLoop<T> : IStridedBody
    where T : unmanaged, INumber<T>
{
    public void Run(byte** p, long* s, long count)
    {
        byte* y = p[0], x = p[1];
        for (long i = 0; i < count; i++, y += s[0], x += s[1])
            *y = *(T*)x != T.Zero ? (byte)1 : (byte)0;
    }
}

/// <summary>The upper half of a float32, rounded to nearest even.</summary>
internal unsafe struct ToBFloat16Loop : IStridedBody
{
    public void Run(byte** p, long* s, long count)
    {
        byte* y = p[0], x = p[1];
        for (long i = 0; i < count; i++, y += s[0], x += s[1])
        {
            uint bits = *(uint*)x;
            *(ushort*)y = float.IsNaN(*(float*)x) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }
}

internal unsafe struct FromBFloat16Loop : IStridedBody
{
    public void Run(byte** p, long* s, long count)
    {
        byte* y = p[0], x = p[1];
        for (long i = 0; i < count; i++, y += s[0], x += s[1])
            *(uint*)y = (uint)*(ushort*)x << 16;
    }
}

/// <summary>Chooses between two operands of any type by a bool: operands are result, condition, if true, if false.</summary>
internal unsafe struct SelectLoop<T> : IStridedBody
    where T : unmanaged
{
    public void Run(byte** p, long* s, long count)
    {
        byte* y = p[0], c = p[1], a = p[2], b = p[3];
        long i = 0;
        if (sizeof(T) == 4 && s[0] == 4 && s[1] == 1 && (s[2] is 0 or 4) && (s[3] is 0 or 4))
        {
            // Without branches: masks are often as good as random.
            for (; i <= count - Vector256<uint>.Count; i += Vector256<uint>.Count)
            {
                Vector128<ushort> flags = Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)(c + i)).AsByte());
                Vector256<uint> wide = Vector256.Create(Vector128.WidenLower(flags), Vector128.WidenUpper(flags));
                Vector256<uint> first = s[2] == 0 ? Vector256.Create(*(uint*)a) : Vector256.Load((uint*)a + i);
                Vector256<uint> second = s[3] == 0 ? Vector256.Create(*(uint*)b) : Vector256.Load((uint*)b + i);
                Vector256.ConditionalSelect(Vector256.Equals(wide, Vector256<uint>.Zero), second, first).Store((uint*)y + i);
            }
            y += i * s[0];
            c += i;
            a += i * s[2];
            b += i * s[3];
        }
        for (; i < count; i++)
        {
            *(T*)y = *c != 0 ? *(T*)a : *(T*)b;
            y += s[0];
            c += s[1];
            a += s[2];
            b += s[3];
        }
    }
}

/// <summary>Copies operand 1 to operand 0.</summary>
internal unsafe struct CopyLoop<T> : IStridedBody
    where T : unmanaged
{
    public void Run(byte** p, long* s, long count)
    {
        if (s[0] == sizeof(T) && s[1] == sizeof(T))
        {
            Buffer.MemoryCopy(p[1], p[0], count * sizeof(T), count * sizeof(T));
            return;
        }
        if (s[0] == sizeof(T) && s[1] == 0)
        {
            T value = *(T*)p[1];
            for (long i = 0; i < count; i += int.MaxValue)
                new Span<T>((T*)p[0] + i, (int)Math.Min(count - i, int.MaxValue)).Fill(value);
            return;
        }
        byte* y = p[0], x = p[1];
        for (long i = 0; i < count; i++, y += s[0], x += s[1])
            *(T*)y = *(T*)x;
    }
}
