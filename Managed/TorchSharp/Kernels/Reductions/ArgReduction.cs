using System.Numerics;

namespace TorchSharp.Kernels;

/// <summary>The largest or smallest element along the middle of [outer, length, inner], and where it is first found.</summary>
internal static unsafe class ArgReduction
{
    internal static void Run<T>(T* x, T* values, long* indices, long outer, long length, long inner, bool largest)
        where T : unmanaged, INumber<T>
    {
        var body = new Body<T>
        {
            X = x,
            Values = values,
            Indices = indices,
            Length = length,
            Inner = inner,
            Largest = largest,
        };
        ThreadTeam.For(outer * inner, Math.Max(1, StridedLoop.Grain / Math.Max(1, length)), ref body);
    }

    private struct Body<T> : IRangeBody
        where T : unmanaged, INumber<T>
    {
        internal T* X;
        internal T* Values;
        internal long* Indices;
        internal long Length;
        internal long Inner;
        internal bool Largest;

        public readonly void Run(long begin, long end)
        {
            for (long i = begin; i < end; i++)
            {
                T* at = X + (i / Inner * Length * Inner) + (i % Inner);
                T best = *at;
                long where = 0;
                for (long r = 1; r < Length && !T.IsNaN(best); r++)
                {
                    T value = at[r * Inner];
                    if ((Largest ? value > best : value < best) || T.IsNaN(value))
                        (best, where) = (value, r);
                }
                if (Values != null)
                    Values[i] = best;
                Indices[i] = where;
            }
        }
    }
}
