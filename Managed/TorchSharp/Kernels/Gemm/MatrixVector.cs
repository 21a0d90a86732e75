using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>
/// Products with a few rows of A, as in decoding: B is read once, in place and in the order of memory, at its speed.
/// </summary>
internal static unsafe class MatrixVector
{
    /// <summary>Floats of B per task of dot products.</summary>
    private const int DotGrain = 1 << 16;

    /// <summary>Parts of the depth that are summed apart; fixed, so that the bits do not depend on the threads.</summary>
    private const int DepthParts = 16;

    /// <summary>Columns whose sums stay in the first-level cache.</summary>
    private const int ColumnBlock = 4096;

    public static void Multiply(in GemmArguments g)
    {
        // A is small: one contiguous, scaled copy serves both layouts.
        float* x = NativePool.RentFloats((long)g.M * g.K);
        for (int i = 0; i < g.M; i++)
        {
            for (int p = 0; p < g.K; p++)
                x[((long)i * g.K) + p] = g.Alpha * (g.TransA ? g.A[((long)p * g.Lda) + i] : g.A[((long)i * g.Lda) + p]);
        }
        if (g.TransB)
        {
            Dots body = new(g, x);
            SimdLoop.For(g.N, Math.Max(4, DotGrain / g.K), ref body);
        }
        else
        {
            MultiplyPlain(g, x);
        }
        NativePool.Return(x);
        if (g.Epilogue.Bias is not null || g.Epilogue.GeluTanh)
            EpilogueBlock.Apply(g, 0, g.M, 0, g.N, bias: true);
    }

    private static void MultiplyPlain(in GemmArguments g, float* x)
    {
        int rows = ((g.K + DepthParts - 1) / DepthParts + 3) / 4 * 4;
        int parts = (g.K + rows - 1) / rows;
        long size = (long)g.M * g.N;
        float* partial = NativePool.RentFloats(parts * size);
        Sums body = new(g, x, rows, partial);
        SimdLoop.For(parts, size * g.K < DotGrain ? parts : 1, ref body);
        for (int i = 0; i < g.M; i++)
        {
            Span<float> c = new(g.C + ((long)i * g.Ldc), g.N);
            if (g.Beta == 0f)
                c.Clear();
            for (int part = 0; part < parts; part++)
                TensorPrimitives.Add(c, new ReadOnlySpan<float>(partial + (part * size) + ((long)i * g.N), g.N), c);
        }
        NativePool.Return(partial);
    }

    /// <summary>B is [n, k]: each element of C is a dot product over a row of B. An item is a row of B.</summary>
    private readonly struct Dots(in GemmArguments arguments, float* a) : ISimdBody
    {
        private readonly GemmArguments _g = arguments;

        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            for (long j = begin; j < end; j++)
            {
                for (int i = 0; i < _g.M; i++)
                {
                    float* c = _g.C + ((long)i * _g.Ldc) + j;
                    float sum = Dot<S>(a + ((long)i * _g.K), _g.B + (j * _g.Ldb), _g.K);
                    *c = _g.Beta != 0f ? *c + sum : sum;
                }
            }
        }

        [MethodImpl(Jit.Kernel)]
        private static float Dot<S>(float* x, float* y, int count)
            where S : struct, ISimd<S>
        {
            S s0 = S.Zero, s1 = S.Zero, s2 = S.Zero, s3 = S.Zero;
            int p = 0;
            for (; p + (4 * S.Count) <= count; p += 4 * S.Count)
            {
                s0 = S.Fma(S.Load(x + p), S.Load(y + p), s0);
                s1 = S.Fma(S.Load(x + p + S.Count), S.Load(y + p + S.Count), s1);
                s2 = S.Fma(S.Load(x + p + (2 * S.Count)), S.Load(y + p + (2 * S.Count)), s2);
                s3 = S.Fma(S.Load(x + p + (3 * S.Count)), S.Load(y + p + (3 * S.Count)), s3);
            }
            for (; p + S.Count <= count; p += S.Count)
                s0 = S.Fma(S.Load(x + p), S.Load(y + p), s0);
            float sum = (s0 + s1 + (s2 + s3)).Sum();
            for (; p < count; p++)
                sum += x[p] * y[p];
            return sum;
        }
    }

    /// <summary>B is [k, n]: whole rows of B are added up into partial sums. An item is a part of the depth.</summary>
    private readonly struct Sums(in GemmArguments arguments, float* a, int rows, float* partial) : ISimdBody
    {
        private readonly GemmArguments _g = arguments;

        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            for (long part = begin; part < end; part++)
            {
                float* sums = partial + (part * _g.M * _g.N);
                new Span<float>(sums, checked(_g.M * _g.N)).Clear();
                int first = (int)part * rows, last = Math.Min(first + rows, _g.K);
                for (int column = 0; column < _g.N; column += ColumnBlock)
                {
                    int columns = Math.Min(ColumnBlock, _g.N - column);
                    for (int p = first; p < last; p += 4)
                    {
                        for (int i = 0; i < _g.M; i++)
                        {
                            AddRows<S>(
                                a + ((long)i * _g.K) + p, Math.Min(4, last - p), _g.B + ((long)p * _g.Ldb) + column,
                                sums + ((long)i * _g.N) + column, columns);
                        }
                    }
                }
            }
        }

        /// <summary>c += x · the rows from b on, up to four of them: four streams of memory keep more requests on their way than one.</summary>
        [MethodImpl(Jit.Kernel)]
        private void AddRows<S>(float* x, int count, float* b, float* c, int columns)
            where S : struct, ISimd<S>
        {
            if (count == 4)
            {
                float* b1 = b + _g.Ldb, b2 = b1 + _g.Ldb, b3 = b2 + _g.Ldb;
                S x0 = S.Of(x[0]), x1 = S.Of(x[1]), x2 = S.Of(x[2]), x3 = S.Of(x[3]);
                int j = 0;
                for (; j + S.Count <= columns; j += S.Count)
                {
                    S sum = S.Fma(x0, S.Load(b + j), S.Load(c + j));
                    sum = S.Fma(x1, S.Load(b1 + j), sum);
                    sum = S.Fma(x2, S.Load(b2 + j), sum);
                    S.Fma(x3, S.Load(b3 + j), sum).Store(c + j);
                }
                for (; j < columns; j++)
                    c[j] = c[j] + (x[0] * b[j]) + (x[1] * b1[j]) + (x[2] * b2[j]) + (x[3] * b3[j]);
                return;
            }
            for (int r = 0; r < count; r++, b += _g.Ldb)
            {
                S factor = S.Of(x[r]);
                int j = 0;
                for (; j + S.Count <= columns; j += S.Count)
                    S.Fma(factor, S.Load(b + j), S.Load(c + j)).Store(c + j);
                for (; j < columns; j++)
                    c[j] += x[r] * b[j];
            }
        }
    }
}
