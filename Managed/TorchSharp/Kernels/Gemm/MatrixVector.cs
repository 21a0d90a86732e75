using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>
/// Products with a few rows of A, as in decoding: B is read once, in place and in order, at the speed of memory.
/// </summary>
internal static unsafe class MatrixVector
{
    /// <summary>Columns of B per task: streams long enough for the hardware prefetcher.</summary>
    private const int ColumnGrain = 128;

    public static void Multiply(in GemmArguments g)
    {
        // A is small: one contiguous, scaled copy serves both layouts.
        float* x = NativePool.RentFloats((long)g.M * g.K);
        for (int i = 0; i < g.M; i++)
        {
            for (int p = 0; p < g.K; p++)
                x[((long)i * g.K) + p] = g.Alpha * (g.TransA ? g.A[((long)p * g.Lda) + i] : g.A[((long)i * g.Lda) + p]);
        }
        GemmArguments local = g;
        local.A = x;
        long grain = Math.Max(ColumnGrain, (1 << 16) / Math.Max(1, g.K));
        grain = (grain + 15) / 16 * 16;
        if (g.TransB)
        {
            Dots body = new(local);
            SimdLoop.For(g.N, grain, ref body);
        }
        else
        {
            Sums body = new(local);
            SimdLoop.For(g.N, grain, ref body);
        }
        NativePool.Return(x);
    }

    private static void Finish(in GemmArguments g, int row, long column, float sum)
    {
        float* c = g.C + ((long)row * g.Ldc) + column;
        *c = g.Beta != 0f ? *c + sum : sum;
    }

    /// <summary>B is [n, k]: each element of C is a dot product over a row of B.</summary>
    private readonly struct Dots(in GemmArguments arguments) : ISimdBody
    {
        private readonly GemmArguments _g = arguments;

        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            for (int i = 0; i < _g.M; i++)
            {
                float* x = _g.A + ((long)i * _g.K);
                long j = begin;
                for (; j + 4 <= end; j += 4)
                    Four<S>(x, i, j);
                for (; j < end; j++)
                    Finish(_g, i, j, Dot<S>(x, _g.B + (j * _g.Ldb), _g.K));
            }
            if (_g.Epilogue.Bias is not null || _g.Epilogue.GeluTanh)
                EpilogueBlock.Apply(_g, 0, _g.M, (int)begin, (int)(end - begin), bias: true);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Four<S>(float* x, int i, long j)
            where S : struct, ISimd<S>
        {
            float* b0 = _g.B + (j * _g.Ldb);
            float* b1 = b0 + _g.Ldb;
            float* b2 = b1 + _g.Ldb;
            float* b3 = b2 + _g.Ldb;
            S s0 = S.Zero, s1 = S.Zero, s2 = S.Zero, s3 = S.Zero;
            int p = 0;
            for (; p + S.Count <= _g.K; p += S.Count)
            {
                S v = S.Load(x + p);
                s0 = S.Fma(v, S.Load(b0 + p), s0);
                s1 = S.Fma(v, S.Load(b1 + p), s1);
                s2 = S.Fma(v, S.Load(b2 + p), s2);
                s3 = S.Fma(v, S.Load(b3 + p), s3);
            }
            float t0 = s0.Sum(), t1 = s1.Sum(), t2 = s2.Sum(), t3 = s3.Sum();
            for (; p < _g.K; p++)
            {
                t0 += x[p] * b0[p];
                t1 += x[p] * b1[p];
                t2 += x[p] * b2[p];
                t3 += x[p] * b3[p];
            }
            Finish(_g, i, j, t0);
            Finish(_g, i, j + 1, t1);
            Finish(_g, i, j + 2, t2);
            Finish(_g, i, j + 3, t3);
        }

        private static float Dot<S>(float* x, float* y, int count)
            where S : struct, ISimd<S>
        {
            S s = S.Zero;
            int p = 0;
            for (; p + S.Count <= count; p += S.Count)
                s = S.Fma(S.Load(x + p), S.Load(y + p), s);
            float t = s.Sum();
            for (; p < count; p++)
                t += x[p] * y[p];
            return t;
        }
    }

    /// <summary>B is [k, n]: rows of B are added up, four at a time, into a stretch of C that stays in the cache.</summary>
    private readonly struct Sums(in GemmArguments arguments) : ISimdBody
    {
        private readonly GemmArguments _g = arguments;

        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            int columns = (int)(end - begin);
            for (int i = 0; i < _g.M; i++)
            {
                float* c = _g.C + ((long)i * _g.Ldc) + begin;
                if (_g.Beta == 0f)
                    new Span<float>(c, columns).Clear();
                float* x = _g.A + ((long)i * _g.K);
                float* b = _g.B + begin;
                int p = 0;
                for (; p + 4 <= _g.K; p += 4)
                    AddFour<S>(x + p, b + ((long)p * _g.Ldb), c, columns);
                for (; p < _g.K; p++)
                {
                    float* row = b + ((long)p * _g.Ldb);
                    for (int j = 0; j < columns; j++)
                        c[j] += x[p] * row[j];
                }
            }
            if (_g.Epilogue.Bias is not null || _g.Epilogue.GeluTanh)
                EpilogueBlock.Apply(_g, 0, _g.M, (int)begin, columns, bias: true);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void AddFour<S>(float* x, float* b0, float* c, int columns)
            where S : struct, ISimd<S>
        {
            float* b1 = b0 + _g.Ldb;
            float* b2 = b1 + _g.Ldb;
            float* b3 = b2 + _g.Ldb;
            S x0 = S.Of(x[0]), x1 = S.Of(x[1]), x2 = S.Of(x[2]), x3 = S.Of(x[3]);
            int j = 0;
            for (; j + S.Count <= columns; j += S.Count)
            {
                S sum = S.Fma(x0, S.Load(b0 + j), S.Load(c + j));
                sum = S.Fma(x1, S.Load(b1 + j), sum);
                sum = S.Fma(x2, S.Load(b2 + j), sum);
                S.Fma(x3, S.Load(b3 + j), sum).Store(c + j);
            }
            for (; j < columns; j++)
                c[j] += (x[0] * b0[j]) + (x[1] * b1[j]) + (x[2] * b2[j]) + (x[3] * b3[j]);
        }
    }
}
