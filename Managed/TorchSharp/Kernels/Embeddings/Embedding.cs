using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>Rows of a table by index, and the sums of gradients back into them.</summary>
internal static unsafe class Embedding
{
    private const int GatherRows = 64;

    /// <summary>y[i] = table[ids[i]].</summary>
    /// <param name="table">[tableRows, width].</param>
    /// <param name="tableRows">Rows of the table.</param>
    /// <param name="width">Width.</param>
    /// <param name="ids">[count], each in [0, tableRows).</param>
    /// <param name="count">Rows to read.</param>
    /// <param name="y">[count, width].</param>
    public static void Gather(float* table, long tableRows, int width, long* ids, long count, float* y)
    {
        Check(ids, count, tableRows);
        using KernelProfile.Region region = KernelProfile.Measure("embedding", 0, sizeof(float) * 2.0 * count * width);
        GatherBody body = new(table, width, ids, y);
        ThreadTeam.For(count, GatherRows, ref body);
    }

    /// <summary>
    /// dTable[ids[i]] += dy[i], in ascending order of i for each row: threads share the columns, not the rows.
    /// Rows whose id is <paramref name="paddingIndex"/> are left out.
    /// </summary>
    public static void ScatterAdd(float* dTable, long tableRows, int width, long* ids, long count, float* dy, long paddingIndex = -1)
    {
        Check(ids, count, tableRows);
        using KernelProfile.Region region = KernelProfile.Measure("embedding gradient", 0, sizeof(float) * 3.0 * count * width);
        ScatterBody body = new(dTable, width, ids, count, dy, paddingIndex);
        // Whole cache lines per thread; one part of the columns each.
        long grain = ((width + ThreadTeam.Threads - 1) / ThreadTeam.Threads + 15) / 16 * 16;
        SimdLoop.For(width, count * width < 1 << 14 ? width : grain, ref body);
    }

    private static void Check(long* ids, long count, long rows)
    {
        for (long i = 0; i < count; i++)
        {
            if ((ulong)ids[i] >= (ulong)rows)
                throw new ArgumentOutOfRangeException(nameof(ids), ids[i], $"Index {i} is not a row of a table of {rows} rows.");
        }
    }

    private readonly struct GatherBody(float* table, int width, long* ids, float* y) : IRangeBody
    {
        public void Run(long begin, long end)
        {
            for (long i = begin; i < end; i++)
                Unsafe.CopyBlockUnaligned(y + (i * width), table + (ids[i] * width), (uint)width * sizeof(float));
        }
    }

    private readonly struct ScatterBody(float* dTable, int width, long* ids, long count, float* dy, long paddingIndex) : ISimdBody
    {
        [MethodImpl(Jit.Kernel)]
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            for (long i = 0; i < count; i++)
            {
                if (ids[i] == paddingIndex)
                    continue;
                float* source = dy + (i * width), target = dTable + (ids[i] * width);
                long j = begin;
                for (; j + S.Count <= end; j += S.Count)
                    (S.Load(target + j) + S.Load(source + j)).Store(target + j);
                for (; j < end; j++)
                    target[j] += source[j];
            }
        }
    }
}
