using TorchSharp;
using TorchSharp.Kernels;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary>
/// Packs kept rows and puts them back, one pass over memory each way: since kept rows come in ascending order, a walk over all
/// rows knows for each whether it is the next kept one.
/// </summary>
internal static unsafe class FusedRowRouting
{
    private const int Grain = 16384;

    /// <summary>Whether an index is ascending without repeats and inside the rows, as these kernels need it.</summary>
    public static bool CanServe(Tensor rows, Tensor index)
    {
        if (rows.dtype != ScalarType.Float32 || index.dtype != ScalarType.Int64 || rows.dim() != 2 || index.dim() != 1)
            return false;
        using var places = index.contiguous();
        long* at = places.Impl.As<long>();
        long before = -1;
        for (long k = 0; k < places.shape[0]; k++)
        {
            if (at[k] <= before)
                return false;
            before = at[k];
        }
        return before < rows.shape[0];
    }

    /// <inheritdoc cref="Filtering.ITokenFilterKernels.Compact" />
    public static Tensor Compact(Tensor rows, Tensor index)
    {
        var x = rows.contiguous();
        var places = index.contiguous();
        var result = empty(places.shape[0], x.shape[1]);
        Gather(x, places, result.Impl.As<float>(), false);
        return Fused.Needs(rows) ? Fused.Record(result, [rows], [places], CompactBackward, "Compact") : result;
    }

    /// <inheritdoc cref="Filtering.ITokenFilterKernels.Expand" />
    public static Tensor Expand(Tensor rows, Tensor index, Tensor packed)
    {
        var x = rows.contiguous();
        var kept = packed.contiguous();
        var places = index.contiguous();
        var result = empty(x.shape);
        using (KernelProfile.Measure("token filter: expand", 0, 2.0 * sizeof(float) * x.numel()))
            Merge(x.Impl.As<float>(), kept.Impl.As<float>(), places, result.Impl.As<float>(), x.shape[0], (int)x.shape[1], false);
        return Fused.Needs(rows, packed) ? Fused.Record(result, [rows, packed], [places], ExpandBackward, "Expand") : result;
    }

    private static Tensor?[] CompactBackward(Node node, Tensor gradient)
    {
        var outer = gradient.contiguous();
        long[] shape = node.Edges[0].Shape;
        var dx = GradientTarget.Of(node, 0, shape);
        if (dx.IsNeeded)
        {
            using var region = KernelProfile.Measure("token filter: compact gradient", 0, (double)sizeof(float) * shape[0] * shape[1]);
            Merge(null, outer.Impl.As<float>(), node.Saved(0), dx.Data, shape[0], (int)shape[1], dx.Accumulate);
        }
        return [dx.HandedOn];
    }

    private static Tensor?[] ExpandBackward(Node node, Tensor gradient)
    {
        var outer = gradient.contiguous();
        var places = node.Saved(0);
        using var region = KernelProfile.Measure("token filter: expand gradient", 0, 2.0 * sizeof(float) * outer.numel());
        var dx = GradientTarget.Of(node, 0, outer.shape);
        if (dx.IsNeeded)
            Merge(outer.Impl.As<float>(), null, places, dx.Data, outer.shape[0], (int)outer.shape[1], dx.Accumulate);
        var dPacked = GradientTarget.Of(node, 1, [places.shape[0], outer.shape[1]]);
        if (dPacked.IsNeeded)
            Gather(outer, places, dPacked.Data, dPacked.Accumulate);
        return [dx.HandedOn, dPacked.HandedOn];
    }

    private static void Gather(Tensor rows, Tensor places, float* result, bool accumulate)
    {
        int width = (int)rows.shape[1];
        long count = places.shape[0];
        using var region = KernelProfile.Measure("token filter: compact", 0, 2.0 * sizeof(float) * count * width);
        var body = new GatherBody
        {
            X = rows.Impl.As<float>(),
            Index = places.Impl.As<long>(),
            Result = result,
            Width = width,
            Accumulate = accumulate,
        };
        ThreadTeam.For(count, Math.Max(1, Grain / Math.Max(1, width)), ref body);
    }

    /// <summary>Kept rows from the packed ones, the others from all; a missing side stands for zeros.</summary>
    private static void Merge(float* all, float* packed, Tensor places, float* result, long rows, int width, bool accumulate)
    {
        var body = new MergeBody
        {
            All = all,
            Packed = packed,
            Index = places.Impl.As<long>(),
            Count = places.shape[0],
            Result = result,
            Width = width,
            Accumulate = accumulate,
        };
        ThreadTeam.For(rows, Math.Max(1, Grain / Math.Max(1, width)), ref body);
    }

    private static void Write(float* source, float* target, int width, bool accumulate)
    {
        var to = new Span<float>(target, width);
        if (source == null)
        {
            if (!accumulate)
                to.Clear();
            return;
        }
        var from = new ReadOnlySpan<float>(source, width);
        if (accumulate)
            TensorPrimitives.Add(to, from, to);
        else
            from.CopyTo(to);
    }

    private struct GatherBody : IRangeBody
    {
        public float* X;
        public long* Index;
        public float* Result;
        public int Width;
        public bool Accumulate;

        public readonly void Run(long begin, long end)
        {
            for (long k = begin; k < end; k++)
                Write(X + (Index[k] * Width), Result + (k * Width), Width, Accumulate);
        }
    }

    private struct MergeBody : IRangeBody
    {
        public float* All;
        public float* Packed;
        public long* Index;
        public long Count;
        public float* Result;
        public int Width;
        public bool Accumulate;

        public readonly void Run(long begin, long end)
        {
            int found = new ReadOnlySpan<long>(Index, (int)Count).BinarySearch(begin);
            long next = found < 0 ? ~found : found;
            for (long row = begin; row < end; row++)
            {
                float* source = All == null ? null : All + (row * Width);
                if (next < Count && Index[next] == row)
                {
                    source = Packed == null ? null : Packed + (next * Width);
                    next++;
                }
                Write(source, Result + (row * Width), Width, Accumulate);
            }
        }
    }
}
