namespace TorchSharp;

/// <summary>Arithmetic on shapes and strides.</summary>
internal static class Shapes
{
    internal static long Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
            count = checked(count * size);
        return count;
    }

    internal static long[] ContiguousStrides(ReadOnlySpan<long> shape)
    {
        if (shape.Length == 0)
            return [];
        var strides = new long[shape.Length];
        long stride = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(shape[i], 1);
        }
        return strides;
    }

    internal static bool IsContiguous(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        long expected = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            if (shape[i] == 0)
                return true;
            if (shape[i] != 1 && strides[i] != expected)
                return false;
            expected *= shape[i];
        }
        return true;
    }

    /// <summary>Turns a possibly negative dimension into an index, as PyTorch does: -1 is the last. A scalar counts as one
    /// dimension.</summary>
    internal static int Dim(long dim, int rank)
    {
        long limit = Math.Max(rank, 1);
        if (dim < -limit || dim >= limit)
            throw new ArgumentOutOfRangeException(nameof(dim), $"Dimension out of range: expected {-limit} to {limit - 1}, found {dim}.");
        return (int)(dim < 0 ? dim + limit : dim);
    }

    internal static long[] Broadcast(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        var result = new long[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= result.Length; i++)
        {
            long left = i <= a.Length ? a[^i] : 1, right = i <= b.Length ? b[^i] : 1;
            if (left != right && left != 1 && right != 1)
            {
                throw new ArgumentException(
                    $"Shapes {Text(a)} and {Text(b)} do not broadcast: sizes {left} and {right} differ at dimension {-i}.");
            }
            result[^i] = left == 1 ? right : left;
        }
        return result;
    }

    /// <summary>The strides that repeat a tensor of <paramref name="shape"/> over <paramref name="target"/>: 0 where it is
    /// expanded.</summary>
    internal static void ExpandStrides(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides, ReadOnlySpan<long> target, Span<long> result)
    {
        int lead = target.Length - shape.Length;
        for (int i = 0; i < target.Length; i++)
            result[i] = i < lead || (shape[i - lead] == 1 && target[i] != 1) ? 0 : strides[i - lead];
    }

    /// <summary>Fills in a -1 and checks that the element count is kept.</summary>
    internal static long[] Infer(ReadOnlySpan<long> requested, long count)
    {
        long[] shape = requested.ToArray();
        int unknown = -1;
        long known = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == -1)
            {
                if (unknown >= 0)
                    throw new ArgumentException($"Only one dimension can be inferred, found several -1 in {Text(requested)}.");
                unknown = i;
            }
            else if (shape[i] < 0)
            {
                throw new ArgumentException($"Invalid size {shape[i]} in shape {Text(requested)}.");
            }
            else
            {
                known *= shape[i];
            }
        }
        if (unknown >= 0 && known > 0 && count % known == 0)
            shape[unknown] = count / known;
        else if (unknown >= 0 || known != count)
            throw new ArgumentException($"Shape {Text(requested)} is invalid for {count} elements.");
        return shape;
    }

    /// <summary>Strides of <paramref name="target"/> over the same memory, or null where a copy is needed.</summary>
    internal static long[]? ViewStrides(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides, ReadOnlySpan<long> target)
    {
        if (Count(shape) == 0)
            return ContiguousStrides(target);
        var result = new long[target.Length];
        int view = target.Length - 1;
        long chunkStride = shape.Length > 0 ? strides[^1] : 1, chunk = 1, viewed = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            chunk *= shape[i];
            // A chunk ends where the next outer dimension does not continue it in memory.
            if (i > 0 && (shape[i - 1] == 1 || strides[i - 1] == chunk * chunkStride))
                continue;
            while (view >= 0 && (viewed < chunk || target[view] == 1))
            {
                result[view] = viewed * chunkStride;
                viewed *= target[view--];
            }
            if (viewed != chunk)
                return null;
            if (i > 0)
            {
                chunkStride = strides[i - 1];
                chunk = viewed = 1;
            }
        }
        for (; view >= 0; view--)
            result[view] = viewed * chunkStride;
        return result;
    }

    internal static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
