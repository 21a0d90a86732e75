using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>
/// y = x·Wᵀ·scale + bias for a few rows of x: each row of W is read once, at the speed of memory. An item is a row of W. What an
/// output is summed from, and in which order, does not depend on how the rows are shared out.
/// </summary>
internal unsafe struct RowDots<TFormat> : ISimdBody
    where TFormat : struct, IWeightFormat
{
    /// <summary>Bytes of W per task, about: long enough that memory is read in a few long streams.</summary>
    private const long TaskBytes = 512 << 10;

    /// <summary>Bytes of W that one thread reads sooner than two.</summary>
    private const long SerialBytes = 64 << 10;

    /// <summary>[Rows, Inputs].</summary>
    public float* X;

    /// <summary>Floats from row to row of x.</summary>
    public int InputStride;

    /// <summary>[Outputs, Inputs].</summary>
    public byte* Weights;

    /// <summary>Weights from row to row of W.</summary>
    public int WeightStride;

    /// <summary>[Outputs], or null for 1.</summary>
    public float* Scales;

    /// <summary>[Outputs], or null for 0.</summary>
    public float* Bias;

    /// <summary>[Rows, Outputs].</summary>
    public float* Y;

    /// <summary>Floats from row to row of y.</summary>
    public int OutputStride;

    public int Rows;
    public int Inputs;
    public int Outputs;

    /// <summary>Adds to y instead of writing it.</summary>
    public bool Accumulate;

    /// <summary>Applies GELU (tanh form) after the bias.</summary>
    public bool GeluTanh;

    /// <summary>Computes all outputs.</summary>
    public void Run()
    {
        long bytes = (long)Outputs * Inputs * TFormat.Bytes;
        long threads = bytes <= SerialBytes ? 1 : ThreadTeam.Threads;
        long tasks = Math.Max(1, ((bytes / TaskBytes) + threads - 1) / threads) * threads;
        SimdLoop.For(Outputs, ((Outputs + tasks - 1) / tasks + 3) / 4 * 4, ref this);
    }

    public readonly void Run<S>(long begin, long end)
        where S : struct, ISimd<S>
    {
        float* sums = stackalloc float[4];
        long next = begin;
        if (Rows == 1)
        {
            // Four streams, each a quarter of the rows: short steps back and forth would confuse the prefetchers of the hardware.
            long step = (end - begin) / 4;
            for (; next < begin + step; next++)
            {
                FourOutputs<S>(Row(next), step * WeightStride * TFormat.Bytes, sums);
                for (int i = 0; i < 4; i++)
                    Put<S>(0, next + (i * step), sums[i]);
            }
            next = begin + (4 * step);
        }
        for (; next < end; next++)
        {
            byte* w = Row(next);
            int i = 0;
            for (; i + 4 <= Rows; i += 4)
            {
                FourInputs<S>(X + ((long)i * InputStride), w, sums);
                for (int r = 0; r < 4; r++)
                    Put<S>(i + r, next, sums[r]);
            }
            for (; i < Rows; i++)
            {
                Dot<S>(X + ((long)i * InputStride), w, sums);
                Put<S>(i, next, *sums);
            }
        }
        for (int i = 0; i < Rows && GeluTanh; i++)
            Activate<S>(Y + ((long)i * OutputStride) + begin, (int)(end - begin));
    }

    private readonly byte* Row(long output) => Weights + (output * WeightStride * TFormat.Bytes);

    /// <summary>Adds what fills no vector to the sum of those that are full, and finishes the output.</summary>
    private readonly void Put<S>(int row, long output, float sum)
        where S : struct, ISimd<S>
    {
        float* x = X + ((long)row * InputStride), y = Y + ((long)row * OutputStride) + output;
        byte* w = Row(output);
        for (int p = Inputs - (Inputs % S.Count); p < Inputs; p++)
            sum += x[p] * TFormat.Read(w + ((long)p * TFormat.Bytes));
        float value = ((Scales is null ? 1f : Scales[output]) * sum) + (Bias is null ? 0f : Bias[output]);
        *y = Accumulate ? *y + value : value;
    }

    /// <summary>The first row of x with four rows of W, <paramref name="stride"/> bytes apart, which share its loads.</summary>
    [MethodImpl(Jit.Kernel)]
    private readonly void FourOutputs<S>(byte* w0, long stride, float* sums)
        where S : struct, ISimd<S>
    {
        float* x = X;
        byte* w1 = w0 + stride, w2 = w1 + stride, w3 = w2 + stride;
        int vector = S.Count * TFormat.Bytes, p = 0;
        S a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero, b0 = S.Zero, b1 = S.Zero, b2 = S.Zero, b3 = S.Zero;
        for (; p + (2 * S.Count) <= Inputs; p += 2 * S.Count)
        {
            S v = S.Load(x + p);
            a0 = S.Fma(v, TFormat.Load<S>(w0), a0);
            a1 = S.Fma(v, TFormat.Load<S>(w1), a1);
            a2 = S.Fma(v, TFormat.Load<S>(w2), a2);
            a3 = S.Fma(v, TFormat.Load<S>(w3), a3);
            v = S.Load(x + p + S.Count);
            b0 = S.Fma(v, TFormat.Load<S>(w0 + vector), b0);
            b1 = S.Fma(v, TFormat.Load<S>(w1 + vector), b1);
            b2 = S.Fma(v, TFormat.Load<S>(w2 + vector), b2);
            b3 = S.Fma(v, TFormat.Load<S>(w3 + vector), b3);
            w0 += 2 * vector;
            w1 += 2 * vector;
            w2 += 2 * vector;
            w3 += 2 * vector;
        }
        if (p + S.Count <= Inputs)
        {
            S v = S.Load(x + p);
            a0 = S.Fma(v, TFormat.Load<S>(w0), a0);
            a1 = S.Fma(v, TFormat.Load<S>(w1), a1);
            a2 = S.Fma(v, TFormat.Load<S>(w2), a2);
            a3 = S.Fma(v, TFormat.Load<S>(w3), a3);
        }
        sums[0] = (a0 + b0).Sum();
        sums[1] = (a1 + b1).Sum();
        sums[2] = (a2 + b2).Sum();
        sums[3] = (a3 + b3).Sum();
    }

    /// <summary>A row of x with a row of W, in the order of <see cref="FourOutputs"/>.</summary>
    [MethodImpl(Jit.Kernel)]
    private readonly void Dot<S>(float* x, byte* w, float* sum)
        where S : struct, ISimd<S>
    {
        int vector = S.Count * TFormat.Bytes, p = 0;
        S a = S.Zero, b = S.Zero;
        for (; p + (2 * S.Count) <= Inputs; p += 2 * S.Count)
        {
            a = S.Fma(S.Load(x + p), TFormat.Load<S>(w), a);
            b = S.Fma(S.Load(x + p + S.Count), TFormat.Load<S>(w + vector), b);
            w += 2 * vector;
        }
        if (p + S.Count <= Inputs)
            a = S.Fma(S.Load(x + p), TFormat.Load<S>(w), a);
        *sum = (a + b).Sum();
    }

    /// <summary>Four rows of x with a row of W.</summary>
    [MethodImpl(Jit.Kernel)]
    private readonly void FourInputs<S>(float* x0, byte* w, float* sums)
        where S : struct, ISimd<S>
    {
        float* x1 = x0 + InputStride, x2 = x1 + InputStride, x3 = x2 + InputStride;
        S s0 = S.Zero, s1 = S.Zero, s2 = S.Zero, s3 = S.Zero;
        for (int p = 0; p + S.Count <= Inputs; p += S.Count)
        {
            S v = TFormat.Load<S>(w);
            s0 = S.Fma(S.Load(x0 + p), v, s0);
            s1 = S.Fma(S.Load(x1 + p), v, s1);
            s2 = S.Fma(S.Load(x2 + p), v, s2);
            s3 = S.Fma(S.Load(x3 + p), v, s3);
            w += S.Count * TFormat.Bytes;
        }
        sums[0] = s0.Sum();
        sums[1] = s1.Sum();
        sums[2] = s2.Sum();
        sums[3] = s3.Sum();
    }

    private static void Activate<S>(float* y, int count)
        where S : struct, ISimd<S>
    {
        int j = 0;
        for (; j + S.Count <= count; j += S.Count)
            Gelu.Tanh(S.Load(y + j)).Store(y + j);
        if (j < count)
            Gelu.Tanh(S.Load(y + j, count - j)).Store(y + j, count - j);
    }
}
