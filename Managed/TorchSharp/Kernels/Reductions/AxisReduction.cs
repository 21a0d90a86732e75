using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace TorchSharp.Kernels;

/// <summary>How one kind of reduction combines numbers.</summary>
internal interface IReduction<T>
    where T : unmanaged
{
    static abstract T Identity { get; }

    /// <summary>Of a run of at least one element.</summary>
    static abstract T Reduce(ReadOnlySpan<T> run);

    static abstract T Combine(T a, T b);

    /// <summary>Element by element: <c>total = total ∘ term</c>.</summary>
    static abstract void Accumulate(Span<T> total, ReadOnlySpan<T> term);
}

/// <summary>
/// Reduces a contiguous tensor seen as [outer, length, inner] over its middle. A middle that is innermost is reduced in runs, any
/// other row by row into the result, so that both walk memory in order.
/// </summary>
internal static unsafe class AxisReduction
{
    // Blocks bound the rounding error of long sums: each is summed by itself, then the blocks.
    private const int Block = 4096;

    internal static void Run<TReduction, T>(T* x, T* result, long outer, long length, long inner)
        where TReduction : struct, IReduction<T>
        where T : unmanaged
    {
        if (outer * inner == 0)
            return;
        long work = Math.Max(1, length * inner);
        if (inner == 1)
        {
            var rows = new Rows<TReduction, T> { X = x, Result = result, Length = length };
            if (outer * work <= StridedLoop.Grain)
                rows.Run(0, outer);
            else
                ThreadTeam.For(outer, Math.Max(1, StridedLoop.Grain / work), ref rows);
            return;
        }
        // Few outer slices: split the columns instead.
        long slices = Math.Max(1, inner / 1024);
        var columns = new Columns<TReduction, T> { X = x, Result = result, Length = length, Inner = inner, Slices = slices };
        if (outer * work <= StridedLoop.Grain)
            columns.Run(0, outer * slices);
        else
            ThreadTeam.For(outer * slices, Math.Max(1, StridedLoop.Grain / (work / slices)), ref columns);
    }

    private static T OfRun<TReduction, T>(T* x, long length)
        where TReduction : struct, IReduction<T>
        where T : unmanaged
    {
        T total = TReduction.Identity;
        for (long i = 0; i < length; i += Block)
        {
            T part = TReduction.Reduce(new ReadOnlySpan<T>(x + i, (int)Math.Min(Block, length - i)));
            total = i == 0 ? part : TReduction.Combine(total, part);
        }
        return total;
    }

    private struct Rows<TReduction, T> : IRangeBody
        where TReduction : struct, IReduction<T>
        where T : unmanaged
    {
        internal T* X;
        internal T* Result;
        internal long Length;

        public readonly void Run(long begin, long end)
        {
            for (long i = begin; i < end; i++)
                Result[i] = OfRun<TReduction, T>(X + (i * Length), Length);
        }
    }

    private struct Columns<TReduction, T> : IRangeBody
        where TReduction : struct, IReduction<T>
        where T : unmanaged
    {
        internal T* X;
        internal T* Result;
        internal long Length;
        internal long Inner;
        internal long Slices;

        public readonly void Run(long begin, long end)
        {
            for (long i = begin; i < end; i++)
            {
                long o = i / Slices, from = i % Slices * Inner / Slices, to = ((i % Slices) + 1) * Inner / Slices;
                var total = new Span<T>(Result + (o * Inner) + from, (int)(to - from));
                T* rows = X + (o * Length * Inner) + from;
                if (Length == 0)
                    total.Fill(TReduction.Identity);
                else
                    new ReadOnlySpan<T>(rows, total.Length).CopyTo(total);
                for (long r = 1; r < Length; r++)
                    TReduction.Accumulate(total, new ReadOnlySpan<T>(rows + (r * Inner), total.Length));
            }
        }
    }
}

internal struct SumReduction<T> : IReduction<T>
    where T : unmanaged, INumber<T>
{
    public static T Identity => T.Zero;

    public static T Reduce(ReadOnlySpan<T> run) => typeof(T) == typeof(float)
        ? (T)(object)CascadeSum.Of(MemoryMarshal.Cast<T, float>(run))
        : TensorPrimitives.Sum(run);

    public static T Combine(T a, T b) => a + b;

    public static void Accumulate(Span<T> total, ReadOnlySpan<T> term) => TensorPrimitives.Add(total, term, total);
}

internal struct ProductReduction<T> : IReduction<T>
    where T : unmanaged, INumber<T>
{
    public static T Identity => T.One;

    public static T Reduce(ReadOnlySpan<T> run) => TensorPrimitives.Product(run);

    public static T Combine(T a, T b) => a * b;

    public static void Accumulate(Span<T> total, ReadOnlySpan<T> term) => TensorPrimitives.Multiply(total, term, total);
}

/// <summary>NaN wins, as in PyTorch.</summary>
internal struct MaxReduction<T> : IReduction<T>
    where T : unmanaged, INumber<T>
{
    public static T Identity => T.Zero;

    public static T Reduce(ReadOnlySpan<T> run) => TensorPrimitives.Max(run);

    public static T Combine(T a, T b) => T.Max(a, b);

    public static void Accumulate(Span<T> total, ReadOnlySpan<T> term) => TensorPrimitives.Max(total, term, total);
}

internal struct MinReduction<T> : IReduction<T>
    where T : unmanaged, INumber<T>
{
    public static T Identity => T.Zero;

    public static T Reduce(ReadOnlySpan<T> run) => TensorPrimitives.Min(run);

    public static T Combine(T a, T b) => T.Min(a, b);

    public static void Accumulate(Span<T> total, ReadOnlySpan<T> term) => TensorPrimitives.Min(total, term, total);
}

/// <summary>Bools, one byte each: true if any is.</summary>
internal struct AnyReduction : IReduction<byte>
{
    public static byte Identity => 0;

    public static byte Reduce(ReadOnlySpan<byte> run) => run.ContainsAnyExcept((byte)0) ? (byte)1 : (byte)0;

    public static byte Combine(byte a, byte b) => (byte)(a | b);

    public static void Accumulate(Span<byte> total, ReadOnlySpan<byte> term) => TensorPrimitives.BitwiseOr(total, term, total);
}

/// <summary>Bools, one byte each: true if none is false.</summary>
internal struct AllReduction : IReduction<byte>
{
    public static byte Identity => 1;

    public static byte Reduce(ReadOnlySpan<byte> run) => run.Contains((byte)0) ? (byte)0 : (byte)1;

    public static byte Combine(byte a, byte b) => (byte)(a & b);

    public static void Accumulate(Span<byte> total, ReadOnlySpan<byte> term) => TensorPrimitives.BitwiseAnd(total, term, total);
}
