using System.Numerics;
using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>Checks of indices; negative ones count from the end where PyTorch allows it.</summary>
internal static class IndexCheck
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Strict(long index, long length)
    {
        if ((ulong)index >= (ulong)length)
            Throw(index, length);
        return index;
    }

    private static void Throw(long index, long length) =>
        throw new ArgumentOutOfRangeException(nameof(index), $"Index {index} is out of range for a dimension of size {length}.");
}

/// <summary>Whole slices by index along the middle of [outer, length, inner], all contiguous.</summary>
internal static unsafe class SliceIndexing
{
    /// <summary><c>result[o, k, :] = x[o, index[k], :]</c>; inner in bytes.</summary>
    internal static void Gather(byte* x, long* index, byte* result, long outer, long length, long count, long innerBytes)
    {
        for (long k = 0; k < count; k++)
            IndexCheck.Strict(index[k], length);
        for (long o = 0; o < outer; o++)
        {
            for (long k = 0; k < count; k++)
            {
                Buffer.MemoryCopy(
                    x + (((o * length) + index[k]) * innerBytes), result + (((o * count) + k) * innerBytes), innerBytes, innerBytes);
            }
        }
    }

    /// <summary><c>target[o, index[k], :] = source[o, k, :]</c>; inner in bytes.</summary>
    internal static void Scatter(byte* target, long* index, byte* source, long outer, long length, long count, long innerBytes)
    {
        for (long k = 0; k < count; k++)
            IndexCheck.Strict(index[k], length);
        for (long o = 0; o < outer; o++)
        {
            for (long k = 0; k < count; k++)
            {
                Buffer.MemoryCopy(
                    source + (((o * count) + k) * innerBytes), target + (((o * length) + index[k]) * innerBytes), innerBytes, innerBytes);
            }
        }
    }

    /// <summary><c>target[o, index[k], :] += alpha·source[o, k, :]</c>, in the order of k.</summary>
    internal static void ScatterAdd<T>(T* target, long* index, T* source, long outer, long length, long count, long inner, T alpha)
        where T : unmanaged, INumber<T>
    {
        for (long k = 0; k < count; k++)
            IndexCheck.Strict(index[k], length);
        for (long o = 0; o < outer; o++)
        {
            for (long k = 0; k < count; k++)
            {
                T* y = target + (((o * length) + index[k]) * inner);
                T* x = source + (((o * count) + k) * inner);
                for (long i = 0; i < inner; i++)
                    y[i] += alpha * x[i];
            }
        }
    }
}

/// <summary>
/// Single elements by an index tensor of the result's shape along one dimension. Index and the side it walks are contiguous with
/// shape <c>walk</c>; the other side is contiguous with shape <c>full</c>, at least as large in every other dimension.
/// </summary>
internal static unsafe class ElementIndexing
{
    internal static void Gather<T>(T* x, long* index, T* result, ReadOnlySpan<long> full, ReadOnlySpan<long> walk, int dim)
        where T : unmanaged => Run(default(GatherRule<T>), x, index, result, full, walk, dim);

    internal static void Scatter<T>(T* target, long* index, T* source, ReadOnlySpan<long> full, ReadOnlySpan<long> walk, int dim)
        where T : unmanaged => Run(default(ScatterRule<T>), target, index, source, full, walk, dim);

    internal static void ScatterAdd<T>(T* target, long* index, T* source, ReadOnlySpan<long> full, ReadOnlySpan<long> walk, int dim)
        where T : unmanaged, INumber<T> => Run(default(ScatterAddRule<T>), target, index, source, full, walk, dim);

    private static void Run<TRule, T>(
        TRule rule, T* whole, long* index, T* part, ReadOnlySpan<long> full, ReadOnlySpan<long> walk, int dim)
        where TRule : struct, IRule<T>
        where T : unmanaged
    {
        if (full.Length == 0)
        {
            rule.Apply(whole + IndexCheck.Strict(*index, 1), part);
            return;
        }
        bool isAligned = true;
        long outer = 1, inner = 1;
        for (int d = 0; d < walk.Length; d++)
        {
            isAligned &= d == dim || walk[d] == full[d];
            outer *= d < dim ? walk[d] : 1;
            inner *= d > dim ? walk[d] : 1;
        }
        if (!isAligned)
        {
            var places = new Places(full, walk, dim);
            for (long i = 0; i < places.Count; i++)
                rule.Apply(whole + places.Of(i, index[i]), part + i);
            return;
        }
        var body = new Slices<TRule, T>
        {
            Rule = rule,
            Whole = whole,
            Index = index,
            Part = part,
            Length = full[dim],
            Count = walk[dim],
            Inner = inner,
        };
        // Slices do not meet, so the order within each is all that a sum depends on.
        ThreadTeam.For(outer, Math.Max(1, StridedLoop.Grain / Math.Max(1, walk[dim] * inner)), ref body);
    }

    private interface IRule<T>
        where T : unmanaged
    {
        void Apply(T* whole, T* part);
    }

    private struct GatherRule<T> : IRule<T>
        where T : unmanaged
    {
        public readonly void Apply(T* whole, T* part) => *part = *whole;
    }

    private struct ScatterRule<T> : IRule<T>
        where T : unmanaged
    {
        public readonly void Apply(T* whole, T* part) => *whole = *part;
    }

    private struct ScatterAddRule<T> : IRule<T>
        where T : unmanaged, INumber<T>
    {
        public readonly void Apply(T* whole, T* part) => *whole += *part;
    }

    private struct Slices<TRule, T> : IRangeBody
        where TRule : struct, IRule<T>
        where T : unmanaged
    {
        internal TRule Rule;
        internal T* Whole;
        internal long* Index;
        internal T* Part;
        internal long Length;
        internal long Count;
        internal long Inner;

        public readonly void Run(long begin, long end)
        {
            for (long o = begin; o < end; o++)
            {
                T* whole = Whole + (o * Length * Inner);
                long at = o * Count * Inner;
                for (long r = 0; r < Count; r++)
                {
                    for (long i = 0; i < Inner; i++, at++)
                        Rule.Apply(whole + (IndexCheck.Strict(Index[at], Length) * Inner) + i, Part + at);
                }
            }
        }
    }

    private readonly ref struct Places
    {
        private readonly ReadOnlySpan<long> full;
        private readonly ReadOnlySpan<long> walk;
        private readonly int dim;

        internal Places(ReadOnlySpan<long> full, ReadOnlySpan<long> walk, int dim)
        {
            this.full = full;
            this.walk = walk;
            this.dim = dim;
            Count = 1;
            foreach (long size in walk)
                Count *= size;
        }

        internal long Count { get; }

        internal long Of(long at, long index)
        {
            IndexCheck.Strict(index, full[dim]);
            long place = 0, stride = 1;
            for (int d = walk.Length - 1; d >= 0; d--)
            {
                place += (d == dim ? index : at % walk[d]) * stride;
                at /= walk[d];
                stride *= full[d];
            }
            return place;
        }
    }
}
