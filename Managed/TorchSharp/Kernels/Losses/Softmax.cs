using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>Softmax over the rows of a matrix. A row of -∞ alone gives NaN, as its definition does.</summary>
internal static unsafe class Softmax
{
    private const long GrainElements = 1 << 14;

    /// <summary>y[r] = e^x[r] / Σ e^x[r]; <paramref name="y"/> may be <paramref name="x"/>. Both [rows, n].</summary>
    public static void Forward(float* x, float* y, long rows, int n) => Run(x, y, rows, n, log: false);

    /// <summary>y[r] = x[r] - ln Σ e^x[r]; <paramref name="y"/> may be <paramref name="x"/>. Both [rows, n].</summary>
    public static void LogForward(float* x, float* y, long rows, int n) => Run(x, y, rows, n, log: true);

    /// <summary>dx = y · (dy - Σ y·dy), y the softmax. All [rows, n]; <paramref name="dx"/> may be <paramref name="dy"/>.</summary>
    public static void Backward(float* y, float* dy, float* dx, long rows, int n)
    {
        BackwardBody body = new(y, dy, dx, n, log: false);
        SimdLoop.For(rows, Grain(n), ref body);
    }

    /// <summary>dx = dy - e^y · Σ dy, y the log-softmax. All [rows, n]; <paramref name="dx"/> may be <paramref name="dy"/>.</summary>
    public static void LogBackward(float* y, float* dy, float* dx, long rows, int n)
    {
        BackwardBody body = new(y, dy, dx, n, log: true);
        SimdLoop.For(rows, Grain(n), ref body);
    }

    private static void Run(float* x, float* y, long rows, int n, bool log)
    {
        ForwardBody body = new(x, y, n, log);
        SimdLoop.For(rows, Grain(n), ref body);
    }

    private static long Grain(int n) => Math.Max(1, GrainElements / Math.Max(1, n));

    private readonly struct ForwardBody(float* x, float* y, int n, bool log) : ISimdBody
    {
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            for (long row = begin; row < end; row++)
            {
                float* source = x + (row * n), target = y + (row * n);
                float max = RowMath.Max<S>(source, n);
                if (log)
                {
                    Shift<S>(source, target, n, max + MathF.Log(RowMath.SumExp<S>(source, n, max)));
                    continue;
                }
                RowMath.ScaledExp<S>(source, target, n, max, 1f);
                Scale<S>(target, n, 1f / RowMath.Sum<S>(target, n));
            }
        }

        [MethodImpl(Jit.Kernel)]
        private static void Shift<S>(float* x, float* y, int n, float by)
            where S : struct, ISimd<S>
        {
            int i = 0;
            for (; i + S.Count <= n; i += S.Count)
                (S.Load(x + i) - S.Of(by)).Store(y + i);
            for (; i < n; i++)
                y[i] = x[i] - by;
        }

        [MethodImpl(Jit.Kernel)]
        private static void Scale<S>(float* x, int n, float by)
            where S : struct, ISimd<S>
        {
            int i = 0;
            for (; i + S.Count <= n; i += S.Count)
                (S.Load(x + i) * S.Of(by)).Store(x + i);
            for (; i < n; i++)
                x[i] *= by;
        }
    }

    private readonly struct BackwardBody(float* y, float* dy, float* dx, int n, bool log) : ISimdBody
    {
        [MethodImpl(Jit.Kernel)]
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            for (long row = begin; row < end; row++)
            {
                float* p = y + (row * n), g = dy + (row * n), d = dx + (row * n);
                float sum = log ? RowMath.Sum<S>(g, n) : RowMath.Dot<S>(p, g, n);
                S s = S.Of(sum);
                int i = 0;
                for (; i + S.Count <= n; i += S.Count)
                {
                    S v = S.Load(p + i), gradient = S.Load(g + i);
                    (log ? gradient - (VectorMath.Exp(v) * s) : v * (gradient - s)).Store(d + i);
                }
                for (; i < n; i++)
                    d[i] = log ? g[i] - (MathF.Exp(p[i]) * sum) : p[i] * (g[i] - sum);
            }
        }
    }
}
