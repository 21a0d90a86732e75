using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Kernels;

/// <summary>
/// y = x·Wᵀ·scale + bias for a few rows of x: each row of W is read once and in order, at the speed of memory. An item is a row
/// of W.
/// </summary>
internal unsafe struct RowDots<TFormat> : ISimdBody
    where TFormat : struct, IWeightFormat
{
    private const int GroupsAhead = 2;

    /// <summary>[Rows, Inputs].</summary>
    public float* X;

    /// <summary>[outputs, Inputs].</summary>
    public byte* Weights;

    /// <summary>[outputs], or null for 1.</summary>
    public float* Scales;

    /// <summary>[outputs], or null for 0.</summary>
    public float* Bias;

    /// <summary>[Rows, Outputs].</summary>
    public float* Y;

    public int Rows;
    public int Inputs;
    public int Outputs;

    /// <summary>Applies GELU (tanh form) after the bias.</summary>
    public bool GeluTanh;

    public readonly void Run<S>(long begin, long end)
        where S : struct, ISimd<S>
    {
        long done = Rows == 1 ? FourOutputsAtATime<S>(begin, end) : begin;
        for (long j = done; j < end; j++)
        {
            byte* w = Weights + (j * Inputs * TFormat.Bytes);
            float scale = Scales is null ? 1f : Scales[j], bias = Bias is null ? 0f : Bias[j];
            float* y = Y + j;
            int i = 0;
            for (; i + 4 <= Rows; i += 4)
                FourDots<S>(X + ((long)i * Inputs), w, y + ((long)i * Outputs), scale, bias);
            for (; i < Rows; i++)
                y[(long)i * Outputs] = (scale * Dot<S>(X + ((long)i * Inputs), w)) + bias;
        }
        if (!GeluTanh)
            return;
        for (int i = 0; i < Rows; i++)
            Activate<S>(Y + ((long)i * Outputs) + begin, (int)(end - begin));
    }

    /// <summary>
    /// One row of x: four rows of W at once share its loads and the end of their sums. Four streams so close together confuse the
    /// hardware's prefetchers, so that the rows to come are asked for here.
    /// </summary>
    /// <returns>The first output that is not done.</returns>
    [MethodImpl(Jit.Kernel)]
    private readonly long FourOutputsAtATime<S>(long begin, long end)
        where S : struct, ISimd<S>
    {
        long j = begin;
        long stride = (long)Inputs * TFormat.Bytes;
        int step = S.Count * TFormat.Bytes, whole = Inputs - (Inputs % (2 * S.Count));
        for (; j + 4 <= end; j += 4)
        {
            byte* w0 = Weights + (j * stride), w1 = w0 + stride, w2 = w1 + stride, w3 = w2 + stride;
            S a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero, b0 = S.Zero, b1 = S.Zero, b2 = S.Zero, b3 = S.Zero;
            byte* ahead = w0 + (GroupsAhead * 4 * stride);
            int p = 0;
            for (; p < whole; p += 2 * S.Count)
            {
                for (int line = 0; line < 8 * step && Sse.IsSupported; line += 64)
                    Sse.Prefetch0(ahead + line);
                ahead += 8 * step;
                S x = S.Load(X + p);
                a0 = S.Fma(x, TFormat.Load<S>(w0), a0);
                a1 = S.Fma(x, TFormat.Load<S>(w1), a1);
                a2 = S.Fma(x, TFormat.Load<S>(w2), a2);
                a3 = S.Fma(x, TFormat.Load<S>(w3), a3);
                x = S.Load(X + p + S.Count);
                b0 = S.Fma(x, TFormat.Load<S>(w0 + step), b0);
                b1 = S.Fma(x, TFormat.Load<S>(w1 + step), b1);
                b2 = S.Fma(x, TFormat.Load<S>(w2 + step), b2);
                b3 = S.Fma(x, TFormat.Load<S>(w3 + step), b3);
                w0 += 2 * step;
                w1 += 2 * step;
                w2 += 2 * step;
                w3 += 2 * step;
            }
            float t0 = (a0 + b0).Sum(), t1 = (a1 + b1).Sum(), t2 = (a2 + b2).Sum(), t3 = (a3 + b3).Sum();
            for (; p < Inputs; p++)
            {
                t0 += X[p] * TFormat.Read(w0);
                t1 += X[p] * TFormat.Read(w1);
                t2 += X[p] * TFormat.Read(w2);
                t3 += X[p] * TFormat.Read(w3);
                w0 += TFormat.Bytes;
                w1 += TFormat.Bytes;
                w2 += TFormat.Bytes;
                w3 += TFormat.Bytes;
            }
            Put(j, t0);
            Put(j + 1, t1);
            Put(j + 2, t2);
            Put(j + 3, t3);
        }
        return j;
    }

    private readonly void Put(long j, float sum) =>
        Y[j] = ((Scales is null ? 1f : Scales[j]) * sum) + (Bias is null ? 0f : Bias[j]);

    private static void Activate<S>(float* y, int count)
        where S : struct, ISimd<S>
    {
        int j = 0;
        for (; j + S.Count <= count; j += S.Count)
            Gelu.Tanh(S.Load(y + j)).Store(y + j);
        if (j < count)
            Gelu.Tanh(S.Load(y + j, count - j)).Store(y + j, count - j);
    }

    [MethodImpl(Jit.Kernel)]
    private readonly float Dot<S>(float* x, byte* w)
        where S : struct, ISimd<S>
    {
        S s0 = S.Zero, s1 = S.Zero, s2 = S.Zero, s3 = S.Zero;
        int p = 0;
        for (; p + (4 * S.Count) <= Inputs; p += 4 * S.Count)
        {
            byte* at = w + ((long)p * TFormat.Bytes);
            s0 = S.Fma(S.Load(x + p), TFormat.Load<S>(at), s0);
            s1 = S.Fma(S.Load(x + p + S.Count), TFormat.Load<S>(at + (S.Count * TFormat.Bytes)), s1);
            s2 = S.Fma(S.Load(x + p + (2 * S.Count)), TFormat.Load<S>(at + (2 * S.Count * TFormat.Bytes)), s2);
            s3 = S.Fma(S.Load(x + p + (3 * S.Count)), TFormat.Load<S>(at + (3 * S.Count * TFormat.Bytes)), s3);
        }
        for (; p + S.Count <= Inputs; p += S.Count)
            s0 = S.Fma(S.Load(x + p), TFormat.Load<S>(w + ((long)p * TFormat.Bytes)), s0);
        float sum = (s0 + s1 + (s2 + s3)).Sum();
        for (; p < Inputs; p++)
            sum += x[p] * TFormat.Read(w + ((long)p * TFormat.Bytes));
        return sum;
    }

    /// <summary>A row of W with four rows of x.</summary>
    [MethodImpl(Jit.Kernel)]
    private readonly void FourDots<S>(float* x0, byte* w, float* y, float scale, float bias)
        where S : struct, ISimd<S>
    {
        float* x1 = x0 + Inputs, x2 = x1 + Inputs, x3 = x2 + Inputs;
        S s0 = S.Zero, s1 = S.Zero, s2 = S.Zero, s3 = S.Zero;
        int p = 0;
        for (; p + S.Count <= Inputs; p += S.Count)
        {
            S v = TFormat.Load<S>(w + ((long)p * TFormat.Bytes));
            s0 = S.Fma(S.Load(x0 + p), v, s0);
            s1 = S.Fma(S.Load(x1 + p), v, s1);
            s2 = S.Fma(S.Load(x2 + p), v, s2);
            s3 = S.Fma(S.Load(x3 + p), v, s3);
        }
        float t0 = s0.Sum(), t1 = s1.Sum(), t2 = s2.Sum(), t3 = s3.Sum();
        for (; p < Inputs; p++)
        {
            float v = TFormat.Read(w + ((long)p * TFormat.Bytes));
            t0 += x0[p] * v;
            t1 += x1[p] * v;
            t2 += x2[p] * v;
            t3 += x3[p] * v;
        }
        y[0] = (scale * t0) + bias;
        y[Outputs] = (scale * t1) + bias;
        y[2L * Outputs] = (scale * t2) + bias;
        y[3L * Outputs] = (scale * t3) + bias;
    }
}
