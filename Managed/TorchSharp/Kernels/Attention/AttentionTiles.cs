using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>
/// Small products of attention on tiles of eight rows by two vectors. Scores are kept transposed, keys × queries: a vector holds
/// one key's scores of neighbouring queries, so softmax needs no sums across lanes.
/// </summary>
internal static unsafe class AttentionTiles
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 8;

    /// <summary>c[r, :] (+)= Σₚ a[p·aStep + r] · b[p, :] for 8 rows and 2 vectors; b has rows of 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RowsTogether<S>(int depth, float* a, long aStep, float* b, float* c, long stride, bool accumulate)
        where S : struct, ISimd<S>
    {
        // Sixteen sums need the 32 registers of AVX-512.
        if (S.Count == 16)
        {
            RowsTogether8<S>(depth, a, aStep, b, c, stride, accumulate);
            return;
        }
        RowsTogether4<S>(depth, a, aStep, b, c, stride, accumulate);
        RowsTogether4<S>(depth, a + 4, aStep, b, c + (4 * stride), stride, accumulate);
    }

    /// <summary>c[r, :] (+)= Σₚ a[r·(2 vectors) + p] · b[p·bStep, :] for 8 rows and 2 vectors; a has rows of 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StepsTogether<S>(int depth, float* a, float* b, long bStep, float* c, long stride, bool accumulate)
        where S : struct, ISimd<S>
    {
        if (S.Count == 16)
        {
            StepsTogether8<S>(depth, a, b, bStep, c, stride, accumulate);
            return;
        }
        StepsTogether4<S>(depth, a, b, bStep, c, stride, accumulate);
        StepsTogether4<S>(depth, a + (8 * S.Count), b, bStep, c + (4 * stride), stride, accumulate);
    }

    [MethodImpl(Jit.Kernel)]
    private static void RowsTogether8<S>(int depth, float* a, long aStep, float* b, float* c, long stride, bool accumulate)
        where S : struct, ISimd<S>
    {
        S c00 = S.Zero, c01 = S.Zero;
        S c10 = S.Zero, c11 = S.Zero;
        S c20 = S.Zero, c21 = S.Zero;
        S c30 = S.Zero, c31 = S.Zero;
        S c40 = S.Zero, c41 = S.Zero;
        S c50 = S.Zero, c51 = S.Zero;
        S c60 = S.Zero, c61 = S.Zero;
        S c70 = S.Zero, c71 = S.Zero;
        for (int p = 0; p < depth; p++)
        {
            S b0 = S.Load(b), b1 = S.Load(b + S.Count), x;
            x = S.Of(*a);
            c00 = S.Fma(x, b0, c00);
            c01 = S.Fma(x, b1, c01);
            x = S.Of(a[1]);
            c10 = S.Fma(x, b0, c10);
            c11 = S.Fma(x, b1, c11);
            x = S.Of(a[2]);
            c20 = S.Fma(x, b0, c20);
            c21 = S.Fma(x, b1, c21);
            x = S.Of(a[3]);
            c30 = S.Fma(x, b0, c30);
            c31 = S.Fma(x, b1, c31);
            x = S.Of(a[4]);
            c40 = S.Fma(x, b0, c40);
            c41 = S.Fma(x, b1, c41);
            x = S.Of(a[5]);
            c50 = S.Fma(x, b0, c50);
            c51 = S.Fma(x, b1, c51);
            x = S.Of(a[6]);
            c60 = S.Fma(x, b0, c60);
            c61 = S.Fma(x, b1, c61);
            x = S.Of(a[7]);
            c70 = S.Fma(x, b0, c70);
            c71 = S.Fma(x, b1, c71);
            a += aStep;
            b += 2 * S.Count;
        }
        Put(c, c00, c01, accumulate);
        Put(c + stride, c10, c11, accumulate);
        Put(c + (2 * stride), c20, c21, accumulate);
        Put(c + (3 * stride), c30, c31, accumulate);
        Put(c + (4 * stride), c40, c41, accumulate);
        Put(c + (5 * stride), c50, c51, accumulate);
        Put(c + (6 * stride), c60, c61, accumulate);
        Put(c + (7 * stride), c70, c71, accumulate);
    }

    [MethodImpl(Jit.Kernel)]
    private static void RowsTogether4<S>(int depth, float* a, long aStep, float* b, float* c, long stride, bool accumulate)
        where S : struct, ISimd<S>
    {
        S c00 = S.Zero, c01 = S.Zero;
        S c10 = S.Zero, c11 = S.Zero;
        S c20 = S.Zero, c21 = S.Zero;
        S c30 = S.Zero, c31 = S.Zero;
        for (int p = 0; p < depth; p++)
        {
            S b0 = S.Load(b), b1 = S.Load(b + S.Count), x;
            x = S.Of(*a);
            c00 = S.Fma(x, b0, c00);
            c01 = S.Fma(x, b1, c01);
            x = S.Of(a[1]);
            c10 = S.Fma(x, b0, c10);
            c11 = S.Fma(x, b1, c11);
            x = S.Of(a[2]);
            c20 = S.Fma(x, b0, c20);
            c21 = S.Fma(x, b1, c21);
            x = S.Of(a[3]);
            c30 = S.Fma(x, b0, c30);
            c31 = S.Fma(x, b1, c31);
            a += aStep;
            b += 2 * S.Count;
        }
        Put(c, c00, c01, accumulate);
        Put(c + stride, c10, c11, accumulate);
        Put(c + (2 * stride), c20, c21, accumulate);
        Put(c + (3 * stride), c30, c31, accumulate);
    }

    [MethodImpl(Jit.Kernel)]
    private static void StepsTogether8<S>(int depth, float* a, float* b, long bStep, float* c, long stride, bool accumulate)
        where S : struct, ISimd<S>
    {
        S c00 = S.Zero, c01 = S.Zero;
        S c10 = S.Zero, c11 = S.Zero;
        S c20 = S.Zero, c21 = S.Zero;
        S c30 = S.Zero, c31 = S.Zero;
        S c40 = S.Zero, c41 = S.Zero;
        S c50 = S.Zero, c51 = S.Zero;
        S c60 = S.Zero, c61 = S.Zero;
        S c70 = S.Zero, c71 = S.Zero;
        for (int p = 0; p < depth; p++)
        {
            S b0 = S.Load(b), b1 = S.Load(b + S.Count), x;
            x = S.Of(*a);
            c00 = S.Fma(x, b0, c00);
            c01 = S.Fma(x, b1, c01);
            x = S.Of(a[2 * S.Count]);
            c10 = S.Fma(x, b0, c10);
            c11 = S.Fma(x, b1, c11);
            x = S.Of(a[4 * S.Count]);
            c20 = S.Fma(x, b0, c20);
            c21 = S.Fma(x, b1, c21);
            x = S.Of(a[6 * S.Count]);
            c30 = S.Fma(x, b0, c30);
            c31 = S.Fma(x, b1, c31);
            x = S.Of(a[8 * S.Count]);
            c40 = S.Fma(x, b0, c40);
            c41 = S.Fma(x, b1, c41);
            x = S.Of(a[10 * S.Count]);
            c50 = S.Fma(x, b0, c50);
            c51 = S.Fma(x, b1, c51);
            x = S.Of(a[12 * S.Count]);
            c60 = S.Fma(x, b0, c60);
            c61 = S.Fma(x, b1, c61);
            x = S.Of(a[14 * S.Count]);
            c70 = S.Fma(x, b0, c70);
            c71 = S.Fma(x, b1, c71);
            a++;
            b += bStep;
        }
        Put(c, c00, c01, accumulate);
        Put(c + stride, c10, c11, accumulate);
        Put(c + (2 * stride), c20, c21, accumulate);
        Put(c + (3 * stride), c30, c31, accumulate);
        Put(c + (4 * stride), c40, c41, accumulate);
        Put(c + (5 * stride), c50, c51, accumulate);
        Put(c + (6 * stride), c60, c61, accumulate);
        Put(c + (7 * stride), c70, c71, accumulate);
    }

    [MethodImpl(Jit.Kernel)]
    private static void StepsTogether4<S>(int depth, float* a, float* b, long bStep, float* c, long stride, bool accumulate)
        where S : struct, ISimd<S>
    {
        S c00 = S.Zero, c01 = S.Zero;
        S c10 = S.Zero, c11 = S.Zero;
        S c20 = S.Zero, c21 = S.Zero;
        S c30 = S.Zero, c31 = S.Zero;
        for (int p = 0; p < depth; p++)
        {
            S b0 = S.Load(b), b1 = S.Load(b + S.Count), x;
            x = S.Of(*a);
            c00 = S.Fma(x, b0, c00);
            c01 = S.Fma(x, b1, c01);
            x = S.Of(a[2 * S.Count]);
            c10 = S.Fma(x, b0, c10);
            c11 = S.Fma(x, b1, c11);
            x = S.Of(a[4 * S.Count]);
            c20 = S.Fma(x, b0, c20);
            c21 = S.Fma(x, b1, c21);
            x = S.Of(a[6 * S.Count]);
            c30 = S.Fma(x, b0, c30);
            c31 = S.Fma(x, b1, c31);
            a++;
            b += bStep;
        }
        Put(c, c00, c01, accumulate);
        Put(c + stride, c10, c11, accumulate);
        Put(c + (2 * stride), c20, c21, accumulate);
        Put(c + (3 * stride), c30, c31, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<S>(float* c, S low, S high, bool accumulate)
        where S : struct, ISimd<S>
    {
        if (accumulate)
        {
            low += S.Load(c);
            high += S.Load(c + S.Count);
        }
        low.Store(c);
        high.Store(c + S.Count);
    }
}
