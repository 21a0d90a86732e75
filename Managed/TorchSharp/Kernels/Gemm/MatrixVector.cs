using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>
/// Products with a few rows of A, as in decoding: B is read once, in place, as a few long streams per thread, at the speed of
/// memory.
/// </summary>
internal static unsafe class MatrixVector
{
    /// <summary>Rows of B that are read side by side, each a stretch of its own that goes on in the order of memory.</summary>
    private const int Streams = 4;

    /// <summary>Rows of B per part of the depth, at least: the sums of a part must cost little beside its rows.</summary>
    private const int RowsPerPart = 192;

    private const int MaxParts = 8;

    /// <summary>Multiply-adds below which the depth is not divided.</summary>
    private const long SerialWork = 1 << 16;

    /// <summary>Columns whose rows of B stay in the first-level cache for the next row of A.</summary>
    private const int SharedColumns = 1024;

    public static void Multiply(in GemmArguments g)
    {
        if (!g.TransA && g.Alpha == 1f)
        {
            Multiply(g, g.A, g.Lda);
            return;
        }
        // A is small: one contiguous, scaled copy serves both layouts.
        float* x = NativePool.RentFloats((long)g.M * g.K);
        for (int i = 0; i < g.M; i++)
        {
            for (int p = 0; p < g.K; p++)
                x[((long)i * g.K) + p] = g.Alpha * (g.TransA ? g.A[((long)p * g.Lda) + i] : g.A[((long)i * g.Lda) + p]);
        }
        Multiply(g, x, g.K);
        NativePool.Return(x);
    }

    private static void Multiply(in GemmArguments g, float* x, int ldx)
    {
        if (g.TransB)
        {
            RowDots<Float32Weights> dots = new()
            {
                X = x,
                InputStride = ldx,
                Weights = (byte*)g.B,
                WeightStride = g.Ldb,
                Y = g.C,
                OutputStride = g.Ldc,
                Rows = g.M,
                Inputs = g.K,
                Outputs = g.N,
                Accumulate = g.Beta != 0f,
            };
            dots.Run();
        }
        else
        {
            MultiplyPlain(g, x, ldx);
        }
        if (g.Epilogue.Bias is not null || g.Epilogue.GeluTanh)
            EpilogueBlock.Apply(g, 0, g.M, 0, g.N, bias: true);
    }

    /// <summary>The number of parts follows from the sizes alone, so that the bits do not depend on the threads.</summary>
    private static void MultiplyPlain(in GemmArguments g, float* x, int ldx)
    {
        long size = (long)g.M * g.N;
        int wanted = size * g.K < SerialWork ? 1 : Math.Clamp(g.K / RowsPerPart & ~1, 2, MaxParts);
        int rows = (((g.K + wanted - 1) / wanted) + Streams - 1) / Streams * Streams;
        int parts = (g.K + rows - 1) / rows;
        float* partial = NativePool.RentFloats(parts * size);
        Sums body = new(g, x, ldx, rows, partial);
        SimdLoop.For(parts, 1, ref body);
        for (int i = 0; i < g.M; i++)
        {
            Span<float> c = new(g.C + ((long)i * g.Ldc), g.N);
            for (int part = 0; part < parts; part++)
            {
                ReadOnlySpan<float> sums = new(partial + (part * size) + ((long)i * g.N), g.N);
                if (part == 0 && g.Beta == 0f)
                    sums.CopyTo(c);
                else
                    TensorPrimitives.Add(c, sums, c);
            }
        }
        NativePool.Return(partial);
    }

    /// <summary>B is [k, n]: whole rows of B are added up into partial sums. An item is a part of the depth.</summary>
    private readonly struct Sums(in GemmArguments arguments, float* x, int ldx, int rows, float* partial) : ISimdBody
    {
        private readonly GemmArguments _g = arguments;

        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            for (long part = begin; part < end; part++)
            {
                float* sums = partial + (part * _g.M * _g.N);
                new Span<float>(sums, checked(_g.M * _g.N)).Clear();
                int first = (int)part * rows, count = Math.Min(rows, _g.K - first), step = count / Streams;
                for (int p = 0; p < step; p++)
                    Add<S>(first + p, step, sums);
                for (int p = step * Streams; p < count; p++)
                    Add<S>(first + p, 0, sums);
            }
        }

        /// <summary>A row of B, or four at a distance of <paramref name="step"/> rows, times each row of A.</summary>
        private void Add<S>(int p, int step, float* sums)
            where S : struct, ISimd<S>
        {
            int block = _g.M == 1 ? _g.N : SharedColumns;
            for (int column = 0; column < _g.N; column += block)
            {
                int columns = Math.Min(block, _g.N - column);
                float* b = _g.B + ((long)p * _g.Ldb) + column;
                for (int i = 0; i < _g.M; i++)
                {
                    float* a = x + ((long)i * ldx) + p, c = sums + ((long)i * _g.N) + column;
                    if (step == 0)
                        AddRow<S>(*a, b, c, columns);
                    else
                        AddFourRows<S>(a, b, step, c, columns);
                }
            }
        }

        [MethodImpl(Jit.Kernel)]
        private void AddFourRows<S>(float* a, float* b, int step, float* c, int columns)
            where S : struct, ISimd<S>
        {
            long stride = (long)step * _g.Ldb;
            float* b1 = b + stride, b2 = b1 + stride, b3 = b2 + stride;
            float a0 = a[0], a1 = a[step], a2 = a[2 * step], a3 = a[3 * step];
            S v0 = S.Of(a0), v1 = S.Of(a1), v2 = S.Of(a2), v3 = S.Of(a3);
            int j = 0;
            for (; j + S.Count <= columns; j += S.Count)
            {
                S even = S.Fma(v0, S.Load(b + j), S.Load(c + j)), odd = v1 * S.Load(b1 + j);
                even = S.Fma(v2, S.Load(b2 + j), even);
                odd = S.Fma(v3, S.Load(b3 + j), odd);
                (even + odd).Store(c + j);
            }
            for (; j < columns; j++)
                c[j] += (a0 * b[j]) + (a1 * b1[j]) + (a2 * b2[j]) + (a3 * b3[j]);
        }

        [MethodImpl(Jit.Kernel)]
        private static void AddRow<S>(float a, float* b, float* c, int columns)
            where S : struct, ISimd<S>
        {
            S factor = S.Of(a);
            int j = 0;
            for (; j + S.Count <= columns; j += S.Count)
                S.Fma(factor, S.Load(b + j), S.Load(c + j)).Store(c + j);
            for (; j < columns; j++)
                c[j] += a * b[j];
        }
    }
}
