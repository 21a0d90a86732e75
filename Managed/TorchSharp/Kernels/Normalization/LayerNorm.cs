using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>Layer normalization (Ba et al., 2016) of rows: y = (x - mean) / √(variance + ε) · weight + bias.</summary>
internal static unsafe class LayerNorm
{
    /// <summary>Rows per partial sum of the parameter gradients; fixed, so that the bits do not depend on the threads.</summary>
    private const int PartialRows = 128;

    private const int ForwardRows = 32;

    /// <summary>One pass over <paramref name="rows"/> rows of <paramref name="n"/> numbers.</summary>
    /// <param name="x">[rows, n].</param>
    /// <param name="weight">[n], or null for 1.</param>
    /// <param name="bias">[n], or null for 0.</param>
    /// <param name="eps">ε.</param>
    /// <param name="y">[rows, n]; may be <paramref name="x"/>.</param>
    /// <param name="mean">[rows], or null.</param>
    /// <param name="rstd">[rows]: 1 / √(variance + ε), or null.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="n">Width.</param>
    /// <param name="delta">[rows, n] or null: added to x first (the residual path).</param>
    /// <param name="sum">[rows, n]: receives x + delta; may be <paramref name="x"/>. Needed with <paramref name="delta"/>.</param>
    public static void Forward(
        float* x, float* weight, float* bias, float eps, float* y, float* mean, float* rstd, long rows, int n,
        float* delta = null, float* sum = null)
    {
        using KernelProfile.Region region = KernelProfile.Measure("layer norm", 0, sizeof(float) * (delta is null ? 2.0 : 4.0) * rows * n);
        ForwardBody body = new()
        {
            X = x,
            Weight = weight,
            Bias = bias,
            Eps = eps,
            Y = y,
            Mean = mean,
            Rstd = rstd,
            N = n,
            Delta = delta,
            Sum = sum,
        };
        SimdLoop.For(rows, ForwardRows, ref body);
    }

    /// <summary>The gradients of <see cref="Forward"/>.</summary>
    /// <param name="dy">[rows, n].</param>
    /// <param name="x">[rows, n]: the normalized input (the sum, if there was a delta).</param>
    /// <param name="weight">[n], or null for 1.</param>
    /// <param name="mean">[rows] from the forward pass.</param>
    /// <param name="rstd">[rows] from the forward pass.</param>
    /// <param name="dx">[rows, n], or null; may be <paramref name="dy"/>.</param>
    /// <param name="dWeight">[n], added to, or null.</param>
    /// <param name="dBias">[n], added to, or null.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="n">Width.</param>
    /// <param name="dResidual">[rows, n] or null: the gradient that reaches x past the norm; added to dx. May be dx.</param>
    public static void Backward(
        float* dy, float* x, float* weight, float* mean, float* rstd, float* dx, float* dWeight, float* dBias, long rows, int n,
        float* dResidual = null)
    {
        if (rows == 0)
            return;
        using KernelProfile.Region region = KernelProfile.Measure("layer norm backward", 0, sizeof(float) * 3.0 * rows * n);
        long blocks = (rows + PartialRows - 1) / PartialRows;
        float* partial = NativePool.RentFloats(blocks * 2 * n);
        BackwardBody body = new()
        {
            Dy = dy,
            X = x,
            Weight = weight,
            Mean = mean,
            Rstd = rstd,
            Dx = dx,
            DResidual = dResidual,
            Partial = partial,
            N = n,
        };
        SimdLoop.For(rows, PartialRows, ref body);
        for (long b = 0; b < blocks; b++)
        {
            float* block = partial + (b * 2 * n);
            if (dWeight is not null)
                Add(block, dWeight, n);
            if (dBias is not null)
                Add(block + n, dBias, n);
        }
        NativePool.Return(partial);
    }

    private static void Add(float* source, float* target, int n)
    {
        Span<float> sums = new(target, n);
        System.Numerics.Tensors.TensorPrimitives.Add(sums, new ReadOnlySpan<float>(source, n), sums);
    }

    private struct ForwardBody : ISimdBody
    {
        public float* X, Weight, Bias, Y, Mean, Rstd, Delta, Sum;
        public float Eps;
        public int N;

        [MethodImpl(Jit.Kernel)]
        public readonly void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            int whole = N - (N % S.Count);
            for (long row = begin; row < end; row++)
            {
                float* x = X + (row * N);
                if (Delta is not null)
                {
                    float* sum = Sum + (row * N), delta = Delta + (row * N);
                    for (int i = 0; i < whole; i += S.Count)
                        (S.Load(x + i) + S.Load(delta + i)).Store(sum + i);
                    for (int i = whole; i < N; i++)
                        sum[i] = x[i] + delta[i];
                    x = sum;
                }
                float mean = RowSum<S>(x, whole) / N;
                float variance = RowSquares<S>(x, whole, mean) / N;
                float rstd = 1f / MathF.Sqrt(variance + Eps);
                if (Mean is not null)
                    Mean[row] = mean;
                if (Rstd is not null)
                    Rstd[row] = rstd;

                float* y = Y + (row * N);
                S m = S.Of(mean), r = S.Of(rstd);
                for (int i = 0; i < whole; i += S.Count)
                {
                    S z = (S.Load(x + i) - m) * r;
                    if (Weight is not null)
                        z *= S.Load(Weight + i);
                    if (Bias is not null)
                        z += S.Load(Bias + i);
                    z.Store(y + i);
                }
                for (int i = whole; i < N; i++)
                {
                    float z = (x[i] - mean) * rstd;
                    y[i] = (z * (Weight is null ? 1f : Weight[i])) + (Bias is null ? 0f : Bias[i]);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly float RowSum<S>(float* x, int whole)
            where S : struct, ISimd<S>
        {
            S a = S.Zero, b = S.Zero;
            int i = 0;
            for (; i + (2 * S.Count) <= whole; i += 2 * S.Count)
            {
                a += S.Load(x + i);
                b += S.Load(x + i + S.Count);
            }
            if (i < whole)
                a += S.Load(x + i);
            float sum = (a + b).Sum();
            for (i = whole; i < N; i++)
                sum += x[i];
            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly float RowSquares<S>(float* x, int whole, float mean)
            where S : struct, ISimd<S>
        {
            S a = S.Zero, b = S.Zero, m = S.Of(mean), d;
            int i = 0;
            for (; i + (2 * S.Count) <= whole; i += 2 * S.Count)
            {
                d = S.Load(x + i) - m;
                a = S.Fma(d, d, a);
                d = S.Load(x + i + S.Count) - m;
                b = S.Fma(d, d, b);
            }
            if (i < whole)
            {
                d = S.Load(x + i) - m;
                a = S.Fma(d, d, a);
            }
            float sum = (a + b).Sum();
            for (i = whole; i < N; i++)
                sum += (x[i] - mean) * (x[i] - mean);
            return sum;
        }
    }

    private struct BackwardBody : ISimdBody
    {
        public float* Dy, X, Weight, Mean, Rstd, Dx, DResidual, Partial;
        public int N;

        [MethodImpl(Jit.Kernel)]
        public readonly void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            float* dWeight = Partial + (begin / PartialRows * 2 * N);
            float* dBias = dWeight + N;
            new Span<float>(dWeight, 2 * N).Clear();
            int whole = N - (N % S.Count);
            for (long row = begin; row < end; row++)
            {
                float* x = X + (row * N), dy = Dy + (row * N);
                float mean = Mean[row], rstd = Rstd[row];
                S m = S.Of(mean), r = S.Of(rstd), sum = S.Zero, dot = S.Zero;
                for (int i = 0; i < whole; i += S.Count)
                {
                    S z = (S.Load(x + i) - m) * r;
                    S g = S.Load(dy + i);
                    S.Fma(g, z, S.Load(dWeight + i)).Store(dWeight + i);
                    (g + S.Load(dBias + i)).Store(dBias + i);
                    if (Weight is not null)
                        g *= S.Load(Weight + i);
                    sum += g;
                    dot = S.Fma(g, z, dot);
                }
                float gradientSum = sum.Sum(), gradientDot = dot.Sum();
                for (int i = whole; i < N; i++)
                {
                    float z = (x[i] - mean) * rstd, g = dy[i];
                    dWeight[i] += g * z;
                    dBias[i] += g;
                    g *= Weight is null ? 1f : Weight[i];
                    gradientSum += g;
                    gradientDot += g * z;
                }
                if (Dx is null)
                    continue;

                // dx = rstd · (g - mean(g) - z · mean(g·z)), g = dy · weight.
                float* dx = Dx + (row * N);
                float* residual = DResidual is null ? null : DResidual + (row * N);
                S meanG = S.Of(gradientSum / N), meanDot = S.Of(gradientDot / N);
                for (int i = 0; i < whole; i += S.Count)
                {
                    S z = (S.Load(x + i) - m) * r;
                    S g = S.Load(dy + i);
                    if (Weight is not null)
                        g *= S.Load(Weight + i);
                    S d = (g - meanG - (z * meanDot)) * r;
                    if (residual is not null)
                        d += S.Load(residual + i);
                    d.Store(dx + i);
                }
                for (int i = whole; i < N; i++)
                {
                    float z = (x[i] - mean) * rstd;
                    float g = dy[i] * (Weight is null ? 1f : Weight[i]);
                    float d = (g - (gradientSum / N) - (z * (gradientDot / N))) * rstd;
                    dx[i] = d + (residual is null ? 0f : residual[i]);
                }
            }
        }
    }
}
