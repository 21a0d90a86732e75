using System.Numerics;
using Tef.Backends.Cuda.Driver;

namespace Tef.Backends.Cuda.Filtering;

/// <summary>Launches the kernels of the token filter on addresses; every launch is queued and nothing waits for it.</summary>
internal sealed class TokenFilterLaunches(CudaDeviceKernels kernels)
{
    /// <summary>Longest row that one block sorts in shared memory.</summary>
    public const int MaxFusedLength = 4096;

    private const uint Warp = 32;
    private const uint ThreadsPerBlock = 256;

    /// <summary>Sums, totals and counts of <c>keep_mask_fused</c> (<c>Scratch</c> in keep_mask.cu).</summary>
    private const uint ScratchBytes = 1432;

    /// <summary>The rows of float32 gates to rows of flags.</summary>
    /// <param name="gates">[rows, length], float32.</param>
    /// <param name="active">[rows, length] bytes, or none for all.</param>
    /// <param name="keep">Receives [rows, length] bytes, without gaps.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="length">1 to <see cref="MaxFusedLength"/>.</param>
    /// <param name="tau">Share of the gates to keep.</param>
    public void KeepMask(DeviceRows gates, DeviceRows active, nint keep, long rows, int length, float tau)
    {
        uint padded = Math.Max(2 * Warp, BitOperations.RoundUpToPowerOf2((uint)length));
        var shape = new LaunchShape(
            LaunchShape.BlocksFor(rows, 1), Math.Min(padded / 2, 1024), SharedBytes: (padded * (sizeof(ulong) + 1)) + ScratchBytes);
        kernels.Launch(
            "keep_mask_fused", shape, gates.Address, gates.Stride, active.Address, active.Stride, keep, length, (int)padded, tau);
    }

    /// <summary>Flags in sorted order to the places that the order names; the first of a row is always kept.</summary>
    /// <param name="order">[rows, length] int64.</param>
    /// <param name="kept">[rows, length] bytes.</param>
    /// <param name="active">[rows, length] bytes, or zero for all.</param>
    /// <param name="keep">Receives [rows, length] bytes.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="length">Length of a row.</param>
    public void ScatterKeepMask(nint order, nint kept, nint active, nint keep, long rows, int length) =>
        kernels.Launch(
            "scatter_keep_mask", new LaunchShape(LaunchShape.BlocksFor(rows * length, ThreadsPerBlock), ThreadsPerBlock),
            order, kept, active, keep, rows, length);

    /// <summary>Where each of all rows is in the packed ones: its first place in the index, or -1.</summary>
    /// <param name="index">[count] int64; equal ones next to each other.</param>
    /// <param name="count">Length of the index.</param>
    /// <param name="rowCount">Number of all rows.</param>
    /// <param name="inverse">Receives [rowCount] int32.</param>
    public void InvertIndex(nint index, long count, long rowCount, nint inverse)
    {
        kernels.Fill32(inverse, uint.MaxValue, rowCount);
        if (count > 0)
        {
            kernels.Launch(
                "invert_index", new LaunchShape(LaunchShape.BlocksFor(count, ThreadsPerBlock), ThreadsPerBlock),
                index, count, rowCount, inverse);
        }
    }

    /// <summary><c>packed[k] = rows[index[k]]</c>.</summary>
    /// <param name="rows">[rowCount, columns].</param>
    /// <param name="index">[count] int64.</param>
    /// <param name="count">Length of the index, at least 1.</param>
    /// <param name="rowCount">Number of all rows.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="elementBytes">4 for float32, 2 for bfloat16.</param>
    /// <param name="packed">Receives [count, columns].</param>
    public void Compact(DeviceRows rows, nint index, long count, long rowCount, long columns, int elementBytes, nint packed)
    {
        var units = RowUnits.Of(elementBytes, columns, packed, rows);
        kernels.Launch(
            $"compact_rows_b{units.Bytes}", RowsShape(count, units.Count),
            rows.Address, units.Stride(rows), index, count, rowCount, units.Count, packed);
    }

    /// <summary>
    /// <c>result[n] = packed[inverse[n]]</c>, or <c>rows[n]</c> where the inverse is -1. Sources that are none read as zeros.
    /// </summary>
    /// <param name="rows">[rowCount, columns], or none.</param>
    /// <param name="inverse">[rowCount] int32, as <see cref="InvertIndex"/> writes it.</param>
    /// <param name="packed">[count, columns], or none.</param>
    /// <param name="rowCount">Number of all rows, at least 1.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="elementBytes">4 for float32, 2 for bfloat16.</param>
    /// <param name="result">Receives [rowCount, columns].</param>
    public void Expand(
        DeviceRows rows, nint inverse, DeviceRows packed, long rowCount, long columns, int elementBytes, nint result)
    {
        var units = RowUnits.Of(elementBytes, columns, result, rows, packed);
        kernels.Launch(
            $"expand_rows_b{units.Bytes}", RowsShape(rowCount, units.Count),
            rows.Address, units.Stride(rows), inverse, packed.Address, units.Stride(packed), rowCount, units.Count, result);
    }

    /// <summary>
    /// <c>result[n] = Σ packed[k]</c> over all k with <c>index[k] = n</c>: the gradient of <see cref="Compact"/>. Added in float32 in
    /// the order of the index, the same bits every time.
    /// </summary>
    /// <param name="packed">[count, columns].</param>
    /// <param name="index">[count] int64; equal ones next to each other.</param>
    /// <param name="count">Length of the index.</param>
    /// <param name="inverse">[rowCount] int32, as <see cref="InvertIndex"/> writes it.</param>
    /// <param name="rowCount">Number of all rows, at least 1.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="elementBytes">4 for float32, 2 for bfloat16.</param>
    /// <param name="result">Receives [rowCount, columns].</param>
    public void ScatterAdd(
        DeviceRows packed, nint index, long count, nint inverse, long rowCount, long columns, int elementBytes, nint result)
    {
        var units = RowUnits.Of(elementBytes, columns, result, packed);
        string name = (elementBytes, units.Bytes) switch
        {
            (4, 16) => "scatter_add_rows_f32x4",
            (4, _) => "scatter_add_rows_f32",
            (_, 16) => "scatter_add_rows_bf16x8",
            _ => "scatter_add_rows_bf16",
        };
        kernels.Launch(
            name, RowsShape(rowCount, units.Count),
            packed.Address, units.Stride(packed), index, count, inverse, rowCount, units.Count, result);
    }

    /// <summary>Blocks of 256 threads: as many along a row as it has units, at least a warp, and rows with the rest.</summary>
    private static LaunchShape RowsShape(long rows, long units)
    {
        uint along = Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)Math.Min(units, ThreadsPerBlock)), Warp, ThreadsPerBlock);
        uint rowsPerBlock = ThreadsPerBlock / along;
        return new LaunchShape(LaunchShape.BlocksFor(rows, rowsPerBlock), along, rowsPerBlock);
    }
}
