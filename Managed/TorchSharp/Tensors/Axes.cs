using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// The dimensions that a reduction removes (none named: all), and the form [outer, count, inner] in which the kernels walk them.
/// </summary>
internal readonly struct Axes
{
    private readonly long[]? order;

    internal Axes(long[] shape, ReadOnlySpan<long> dims)
    {
        int rank = shape.Length;
        var reduced = new bool[rank];
        if (dims.Length == 0)
            Array.Fill(reduced, true);
        foreach (long dim in dims)
        {
            int d = Shapes.Dim(dim, rank);
            if (rank == 0)
                continue;
            if (reduced[d])
                throw new ArgumentException($"Dimension {d} is named twice.", nameof(dims));
            reduced[d] = true;
        }
        var all = Enumerable.Range(0, rank).Select(d => (long)d).ToArray();
        Reduced = [.. all.Where(d => reduced[d])];
        KeptShape = Array.ConvertAll(all, d => reduced[d] ? 1 : shape[d]);
        DroppedShape = [.. all.Where(d => !reduced[d]).Select(d => shape[d])];
        Count = 1;
        foreach (long d in Reduced)
            Count *= shape[d];
        int first = Reduced.Length == 0 ? 0 : (int)Reduced[0], last = Reduced.Length == 0 ? -1 : (int)Reduced[^1];
        if (Reduced.Length == 0 || last - first + 1 == Reduced.Length)
        {
            // Neighbours: the tensor as it is.
            Outer = Shapes.Count(shape.AsSpan(0, first));
            Inner = Shapes.Count(shape.AsSpan(last + 1));
            order = null;
        }
        else
        {
            order = [.. all.Where(d => !reduced[d]), .. Reduced];
            Outer = Shapes.Count(DroppedShape);
            Inner = 1;
        }
    }

    internal long[] Reduced { get; }

    internal long[] KeptShape { get; }

    internal long[] DroppedShape { get; }

    internal long Outer { get; }

    internal long Count { get; }

    internal long Inner { get; }

    /// <summary>The tensor in memory as [outer, count, inner]: itself where it lies so already, else a copy.</summary>
    internal TensorImpl Arrange(TensorImpl source, ScalarType type)
    {
        if (order is null)
            return Elementwise.Contiguous(source, type);
        TensorImpl permuted = source.Window(
            source.Offset, Array.ConvertAll(order, d => source.Shape[d]), Array.ConvertAll(order, d => source.Strides[d]));
        TensorImpl arranged = Elementwise.Contiguous(permuted, type);
        permuted.Release();
        return arranged;
    }
}
