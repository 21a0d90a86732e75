using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchSharp.Kernels;

/// <summary>6 × 16 sums in 12 of the 16 registers of AVX2.</summary>
internal readonly unsafe struct MicroKernel256 : IMicroKernel
{
    private const int Lanes = 8;

    public static int Rows => 6;

    public static int Columns => 2 * Lanes;

    public static int Depth => 384;

    public static long CacheBytes => 192 << 10;

    public static int FewRows => 4;

    [MethodImpl(Jit.Kernel)]
    public static void Run(long depth, float* a, float* b, float* ahead, long aheadStep, in Tile tile)
    {
        Tile.Prefetch(tile, Rows, Columns);
        Vector256<float> c00 = Vector256<float>.Zero, c01 = Vector256<float>.Zero;
        Vector256<float> c10 = Vector256<float>.Zero, c11 = Vector256<float>.Zero;
        Vector256<float> c20 = Vector256<float>.Zero, c21 = Vector256<float>.Zero;
        Vector256<float> c30 = Vector256<float>.Zero, c31 = Vector256<float>.Zero;
        Vector256<float> c40 = Vector256<float>.Zero, c41 = Vector256<float>.Zero;
        Vector256<float> c50 = Vector256<float>.Zero, c51 = Vector256<float>.Zero;
        for (long p = 0; p < depth; p++)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + Lanes), x;
            x = Vector256.Create(*a);
            c00 = Vector256.MultiplyAddEstimate(x, b0, c00);
            c01 = Vector256.MultiplyAddEstimate(x, b1, c01);
            x = Vector256.Create(a[1]);
            c10 = Vector256.MultiplyAddEstimate(x, b0, c10);
            c11 = Vector256.MultiplyAddEstimate(x, b1, c11);
            x = Vector256.Create(a[2]);
            c20 = Vector256.MultiplyAddEstimate(x, b0, c20);
            c21 = Vector256.MultiplyAddEstimate(x, b1, c21);
            x = Vector256.Create(a[3]);
            c30 = Vector256.MultiplyAddEstimate(x, b0, c30);
            c31 = Vector256.MultiplyAddEstimate(x, b1, c31);
            x = Vector256.Create(a[4]);
            c40 = Vector256.MultiplyAddEstimate(x, b0, c40);
            c41 = Vector256.MultiplyAddEstimate(x, b1, c41);
            x = Vector256.Create(a[5]);
            c50 = Vector256.MultiplyAddEstimate(x, b0, c50);
            c51 = Vector256.MultiplyAddEstimate(x, b1, c51);
            Tile.PrefetchNear(ahead);
            ahead += aheadStep;
            a += Rows;
            b += 2 * Lanes;
        }
        Tile.Store(tile, 0, c00, c01);
        Tile.Store(tile, 1, c10, c11);
        Tile.Store(tile, 2, c20, c21);
        Tile.Store(tile, 3, c30, c31);
        Tile.Store(tile, 4, c40, c41);
        Tile.Store(tile, 5, c50, c51);
    }

    [MethodImpl(Jit.Kernel)]
    public static void RunFew(long depth, float* a, float* b, in Tile tile)
    {
        Vector256<float> c00 = Vector256<float>.Zero, c01 = Vector256<float>.Zero;
        Vector256<float> c10 = Vector256<float>.Zero, c11 = Vector256<float>.Zero;
        Vector256<float> c20 = Vector256<float>.Zero, c21 = Vector256<float>.Zero;
        Vector256<float> c30 = Vector256<float>.Zero, c31 = Vector256<float>.Zero;
        for (long p = 0; p < depth; p++)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + Lanes), x;
            x = Vector256.Create(*a);
            c00 = Vector256.MultiplyAddEstimate(x, b0, c00);
            c01 = Vector256.MultiplyAddEstimate(x, b1, c01);
            x = Vector256.Create(a[1]);
            c10 = Vector256.MultiplyAddEstimate(x, b0, c10);
            c11 = Vector256.MultiplyAddEstimate(x, b1, c11);
            x = Vector256.Create(a[2]);
            c20 = Vector256.MultiplyAddEstimate(x, b0, c20);
            c21 = Vector256.MultiplyAddEstimate(x, b1, c21);
            x = Vector256.Create(a[3]);
            c30 = Vector256.MultiplyAddEstimate(x, b0, c30);
            c31 = Vector256.MultiplyAddEstimate(x, b1, c31);
            a += Rows;
            b += 2 * Lanes;
        }
        Tile.Store(tile, 0, c00, c01);
        Tile.Store(tile, 1, c10, c11);
        Tile.Store(tile, 2, c20, c21);
        Tile.Store(tile, 3, c30, c31);
    }
}
