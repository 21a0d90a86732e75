using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Kernels;

/// <summary>Where a micro-kernel puts its sums: a full tile in memory.</summary>
/// <param name="c">First element.</param>
/// <param name="stride">Floats from row to row.</param>
/// <param name="accumulate">Whether the sums are added to what is there.</param>
/// <param name="bias">Null, or one number per column to add.</param>
internal readonly unsafe struct Tile(float* c, long stride, bool accumulate, float* bias)
{
    public readonly float* C = c;
    public readonly long Stride = stride;
    public readonly float* Bias = bias;
    public readonly bool Accumulate = accumulate;

    /// <summary>
    /// Asks for the lines of a tile of <paramref name="rows"/> × <paramref name="columns"/> floats (16 or 32) while its sums are
    /// still being made.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(in Tile tile, int rows, int columns)
    {
        if (!Sse.IsSupported)
            return;
        float* c = tile.C;
        for (int r = 0; r < rows; r++)
        {
            Sse.Prefetch0(c);
            Sse.Prefetch0(c + columns - 1);
            c += tile.Stride;
        }
    }

    /// <summary>Asks for the line at an address, to the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchNear(float* at)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(in Tile tile, int row, Vector512<float> low, Vector512<float> high)
    {
        float* c = tile.C + (row * tile.Stride);
        if (tile.Accumulate)
        {
            low += Vector512.Load(c);
            high += Vector512.Load(c + 16);
        }
        if (tile.Bias is not null)
        {
            low += Vector512.Load(tile.Bias);
            high += Vector512.Load(tile.Bias + 16);
        }
        low.Store(c);
        high.Store(c + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(in Tile tile, int row, Vector256<float> low, Vector256<float> high)
    {
        float* c = tile.C + (row * tile.Stride);
        if (tile.Accumulate)
        {
            low += Vector256.Load(c);
            high += Vector256.Load(c + 8);
        }
        if (tile.Bias is not null)
        {
            low += Vector256.Load(tile.Bias);
            high += Vector256.Load(tile.Bias + 8);
        }
        low.Store(c);
        high.Store(c + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(in Tile tile, int row, Vector128<float> low, Vector128<float> high)
    {
        float* c = tile.C + (row * tile.Stride);
        if (tile.Accumulate)
        {
            low += Vector128.Load(c);
            high += Vector128.Load(c + 4);
        }
        if (tile.Bias is not null)
        {
            low += Vector128.Load(tile.Bias);
            high += Vector128.Load(tile.Bias + 4);
        }
        low.Store(c);
        high.Store(c + 4);
    }
}
