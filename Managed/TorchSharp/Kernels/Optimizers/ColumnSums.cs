using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>Sums over the rows of a matrix: the gradient of a bias.</summary>
internal static unsafe class ColumnSums
{
    /// <summary>Rows per partial sum; fixed, so that the bits do not depend on the threads.</summary>
    private const int PartialRows = 128;

    /// <summary>y[j] = (accumulate ? y[j] : 0) + Σᵢ x[i, j].</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="y">[columns].</param>
    /// <param name="accumulate">Whether the sums are added to y.</param>
    public static void Run(float* x, long stride, long rows, int columns, float* y, bool accumulate)
    {
        using KernelProfile.Region region = KernelProfile.Measure("column sums", 0, sizeof(float) * (double)rows * columns);
        Span<float> sums = new(y, columns);
        if (!accumulate)
            sums.Clear();
        long blocks = (rows + PartialRows - 1) / PartialRows;
        if (blocks == 0 || columns == 0)
            return;
        float* partial = NativePool.RentFloats(blocks * columns);
        Body body = new(x, stride, columns, partial);
        SimdLoop.For(rows, PartialRows, ref body);
        for (long b = 0; b < blocks; b++)
            System.Numerics.Tensors.TensorPrimitives.Add(sums, new ReadOnlySpan<float>(partial + (b * columns), columns), sums);
        NativePool.Return(partial);
    }

    private readonly struct Body(float* x, long stride, int columns, float* partial) : ISimdBody
    {
        [MethodImpl(Jit.Kernel)]
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            float* sums = partial + (begin / PartialRows * columns);
            new Span<float>(sums, columns).Clear();
            long row = begin;
            for (; row + 4 <= end; row += 4)
            {
                float* a = x + (row * stride), b = a + stride, c = b + stride, d = c + stride;
                int j = 0;
                for (; j + S.Count <= columns; j += S.Count)
                    (S.Load(sums + j) + (S.Load(a + j) + S.Load(b + j)) + (S.Load(c + j) + S.Load(d + j))).Store(sums + j);
                for (; j < columns; j++)
                    sums[j] += a[j] + b[j] + (c[j] + d[j]);
            }
            for (; row < end; row++)
            {
                float* a = x + (row * stride);
                for (int j = 0; j < columns; j++)
                    sums[j] += a[j];
            }
        }
    }
}
