namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor T => t();

        public Tensor mT => transpose(-2, -1);

        public Tensor alias() => Window(Impl.Offset, Impl.Shape, Impl.Strides, "Alias", static (_, g) => g);

        public Tensor detach()
        {
            return new Tensor(Impl.Detached());
        }

        public Tensor detach_()
        {
            Impl.Meta?.SetGradFn(null, 0);
            if (Impl.Meta is { } meta)
                meta.RequiresGrad = false;
            return this;
        }

        public Tensor view(params long[] shape)
        {
            long[] target = Shapes.Infer(shape, Impl.Count);
            long[] strides = Shapes.ViewStrides(Impl.Shape, Impl.Strides, target)
                ?? throw new InvalidOperationException(
                    $"A tensor of shape {Shapes.Text(Impl.Shape)} and strides {Shapes.Text(Impl.Strides)} has no view of shape "
                    + $"{Shapes.Text(target)}: call reshape() instead.");
            return Window(Impl.Offset, target, strides, "View", static (n, g) => g.reshape(n.Edges[0].Shape));
        }

        public Tensor view_as(Tensor other) => view(other.Impl.Shape);

        public Tensor reshape(params long[] shape)
        {
            long[] target = Shapes.Infer(shape, Impl.Count);
            if (Shapes.ViewStrides(Impl.Shape, Impl.Strides, target) is { } strides)
                return Window(Impl.Offset, target, strides, "View", static (n, g) => g.reshape(n.Edges[0].Shape));
            return TensorArena.Compose(() => contiguous().view(target));
        }

        public Tensor flatten(long start_dim = 0, long end_dim = -1)
        {
            int start = Shapes.Dim(start_dim, Impl.Rank), end = Shapes.Dim(end_dim, Impl.Rank);
            if (start > end)
                throw new ArgumentException($"flatten: start_dim {start_dim} comes after end_dim {end_dim}.");
            if (Impl.Rank == 0)
                return reshape(1);
            ReadOnlySpan<long> sizes = Impl.Shape;
            return reshape([.. sizes[..start], Shapes.Count(sizes[start..(end + 1)]), .. sizes[(end + 1)..]]);
        }

        public Tensor ravel() => reshape(-1);

        public Tensor unflatten(long dim, params long[] sizes)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            ReadOnlySpan<long> old = Impl.Shape;
            return reshape([.. old[..d], .. Shapes.Infer(sizes, old[d]), .. old[(d + 1)..]]);
        }

        public Tensor contiguous() => Impl.IsContiguous ? Alias() : clone();

        public Tensor t() => Impl.Rank switch
        {
            0 or 1 => alias(),
            2 => transpose(0, 1),
            _ => throw new InvalidOperationException($"t() expects at most 2 dimensions, found shape {Shapes.Text(Impl.Shape)}."),
        };

        public Tensor transpose(long dim0, long dim1)
        {
            int a = Shapes.Dim(dim0, Impl.Rank), b = Shapes.Dim(dim1, Impl.Rank);
            if (Impl.Rank == 0)
                return alias();
            long[] sizes = shape, strides = stride();
            (sizes[a], sizes[b]) = (sizes[b], sizes[a]);
            (strides[a], strides[b]) = (strides[b], strides[a]);
            return Window(Impl.Offset, sizes, strides, "Transpose", (_, g) => g.transpose(a, b));
        }

        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor permute(params long[] permutation)
        {
            int rank = Impl.Rank;
            if (permutation.Length != rank)
                throw new ArgumentException($"permute: expected {rank} dimensions, found {permutation.Length}.", nameof(permutation));
            var sizes = new long[rank];
            var strides = new long[rank];
            var inverse = new long[rank];
            Array.Fill(inverse, -1);
            for (int i = 0; i < rank; i++)
            {
                int from = Shapes.Dim(permutation[i], rank);
                if (inverse[from] >= 0)
                    throw new ArgumentException($"permute: dimension {from} is named twice.", nameof(permutation));
                (sizes[i], strides[i], inverse[from]) = (Impl.Shape[from], Impl.Strides[from], i);
            }
            return Window(Impl.Offset, sizes, strides, "Permute", (_, g) => g.permute(inverse));
        }

        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        public Tensor movedim(long[] source, long[] destination)
        {
            int rank = Impl.Rank;
            var order = new long[rank];
            Array.Fill(order, -1);
            for (int i = 0; i < source.Length; i++)
                order[Shapes.Dim(destination[i], rank)] = Shapes.Dim(source[i], rank);
            long[] rest = [.. Enumerable.Range(0, rank).Select(d => (long)d).Where(d => !order.Contains(d))];
            for (int i = 0, next = 0; i < rank; i++)
            {
                if (order[i] < 0)
                    order[i] = rest[next++];
            }
            return permute(order);
        }

        public Tensor moveaxis(long[] source, long[] destination) => movedim(source, destination);

        public Tensor unsqueeze(long dim)
        {
            int d = Shapes.Dim(dim, Impl.Rank + 1);
            ReadOnlySpan<long> sizes = Impl.Shape, strides = Impl.Strides;
            long step = d < sizes.Length ? sizes[d] * strides[d] : 1;
            return Window(
                Impl.Offset, [.. sizes[..d], 1, .. sizes[d..]], [.. strides[..d], step, .. strides[d..]], "Unsqueeze",
                static (n, g) => g.reshape(n.Edges[0].Shape));
        }

        public Tensor squeeze(long? dim = null)
        {
            int only = dim is { } chosen ? Shapes.Dim(chosen, Impl.Rank) : -1;
            var kept = Enumerable.Range(0, Impl.Rank).Where(d => Impl.Shape[d] != 1 || (dim is not null && d != only)).ToArray();
            return Window(
                Impl.Offset, Array.ConvertAll(kept, d => Impl.Shape[d]), Array.ConvertAll(kept, d => Impl.Strides[d]), "Squeeze",
                static (n, g) => g.reshape(n.Edges[0].Shape));
        }

        public Tensor expand(params long[] sizes) => Expand(sizes);

        public Tensor expand(long[] sizes, bool isImplicit = false) => Expand(sizes);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Expand(sizes);

        public Tensor expand_as(Tensor other) => Expand(other.Impl.Shape);

        public Tensor broadcast_to(params long[] shape) => Expand(shape);

        public Tensor narrow(long dim, long start, long length)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            long size = Impl.Shape[d], from = start < 0 ? start + size : start;
            if (from < 0 || length < 0 || from + length > size)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(start), $"narrow: start {start} with length {length} leaves dimension {dim} of size {size}.");
            }
            return slice(d, from, from + length, 1);
        }

        public Tensor slice(long dim, long start, long finish, long step)
        {
            if (Impl.Rank == 0)
                throw new InvalidOperationException("A tensor without dimensions cannot be sliced.");
            if (step < 1)
                throw new ArgumentOutOfRangeException(nameof(step), $"slice: the step must be positive, found {step}.");
            int d = Shapes.Dim(dim, Impl.Rank);
            long size = Impl.Shape[d];
            start = Math.Clamp(start < 0 ? start + size : start, 0, size);
            finish = Math.Clamp(finish < 0 ? finish + size : finish, start, size);
            long[] sizes = shape, strides = stride();
            sizes[d] = (finish - start + step - 1) / step;
            strides[d] *= step;
            return Window(Impl.Offset + (start * Impl.Strides[d]), sizes, strides, "Slice", (n, g) =>
            {
                Tensor whole = zeros(n.Edges[0].Shape, g.dtype);
                whole.slice(d, start, finish, step).copy_(g);
                return whole;
            });
        }

        public Tensor select(long dim, long index)
        {
            if (Impl.Rank == 0)
                throw new InvalidOperationException("A tensor without dimensions has nothing to select from.");
            int d = Shapes.Dim(dim, Impl.Rank);
            long size = Impl.Shape[d], at = index < 0 ? index + size : index;
            if (at < 0 || at >= size)
                throw new ArgumentOutOfRangeException(
                    nameof(index), $"select: index {index} is out of range for dimension {dim} of size {size}.");
            ReadOnlySpan<long> sizes = Impl.Shape, strides = Impl.Strides;
            return Window(
                Impl.Offset + (at * strides[d]), [.. sizes[..d], .. sizes[(d + 1)..]], [.. strides[..d], .. strides[(d + 1)..]], "Select",
                (n, g) =>
                {
                    Tensor whole = zeros(n.Edges[0].Shape, g.dtype);
                    whole.select(d, at).copy_(g);
                    return whole;
                });
        }

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0)
        {
            if (size.Length != strides.Length)
                throw new ArgumentException($"as_strided: {size.Length} sizes and {strides.Length} strides.", nameof(strides));
            long last = storageOffset;
            for (int i = 0; i < size.Length; i++)
                last += Math.Max(size[i] - 1, 0) * strides[i];
            bool outside = Shapes.Count(size) > 0 && (last + 1) * Impl.ElementSize > Impl.Storage.Bytes;
            if (storageOffset < 0 || strides.Any(s => s < 0) || outside)
                throw new ArgumentException($"as_strided: sizes {Shapes.Text(size)} and strides {Shapes.Text(strides)} leave the storage.");
            long offset = Impl.Offset;
            bool simple = Impl.IsContiguous;
            return Window(storageOffset, [.. size], [.. strides], "AsStrided", (n, g) =>
            {
                if (!simple)
                    throw new NotSupportedException("as_strided: a gradient is defined for contiguous tensors only.");
                Tensor whole = zeros(n.Edges[0].Shape, g.dtype);
                // Windows may visit an element more than once, so gradients are added at the places that they came from.
                Tensor places = arange(whole.Impl.Count).as_strided(size, strides, storageOffset - offset).reshape(-1);
                whole.reshape(-1).index_add_(0, places, g.reshape(-1), 1);
                return whole;
            });
        }

        public Tensor[] split(long size, int dim = 0)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            if (size <= 0)
                throw new ArgumentOutOfRangeException(nameof(size), $"split: expected a positive size, found {size}.");
            long total = Impl.Shape[d];
            var sizes = new long[Math.Max(1, (total + size - 1) / size)];
            for (int i = 0; i < sizes.Length; i++)
                sizes[i] = Math.Min(size, total - (i * size));
            return split(sizes, d);
        }

        public Tensor[] split(long[] sizes, long dim = 0) => split((ReadOnlySpan<long>)sizes, dim);

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            long sum = 0;
            foreach (long size in sizes)
                sum += size;
            if (sum != Impl.Shape[d])
                throw new ArgumentException($"split: sizes {Shapes.Text(sizes)} do not add up to {Impl.Shape[d]}.", nameof(sizes));
            var parts = new Tensor[sizes.Length];
            long start = 0;
            for (int i = 0; i < parts.Length; start += sizes[i++])
            {
                long[] part = shape;
                part[d] = sizes[i];
                parts[i] = new Tensor(Impl.Window(Impl.Offset + (start * Impl.Strides[d]), part, Impl.Strides));
            }
            if (!Tape.Needs(this))
                return parts;
            // One node, so that the gradients of the parts are joined once instead of each being padded and added.
            Tape.RecordMany(parts, "Split", [this], [], (n, g) =>
                [cat(g.Select((gradient, i) => gradient ?? zeros(n.Outputs[i].Shape, n.Outputs[i].DType)).ToArray(), d)]);
            foreach (Tensor part in parts)
                part.Impl.ViewBase = Impl.ViewBase ?? Impl;
            return parts;
        }

        public Tensor[] chunk(long chunks, long dim = 0)
        {
            if (chunks <= 0)
                throw new ArgumentOutOfRangeException(nameof(chunks), $"chunk: expected a positive number, found {chunks}.");
            int d = Shapes.Dim(dim, Impl.Rank);
            return split(Math.Max(1, (Impl.Shape[d] + chunks - 1) / chunks), d);
        }

        public Tensor[] unbind(long dimension = 0)
        {
            int d = Shapes.Dim(dimension, Impl.Rank);
            var parts = new Tensor[Impl.Shape[d]];
            for (int i = 0; i < parts.Length; i++)
                parts[i] = select(d, i);
            return parts;
        }

        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1)
        {
            int a = Shapes.Dim(dim1, Impl.Rank), b = Shapes.Dim(dim2, Impl.Rank);
            long rows = Impl.Shape[a], columns = Impl.Shape[b];
            long length = Math.Max(0, offset >= 0 ? Math.Min(rows, columns - offset) : Math.Min(rows + offset, columns));
            long start = length == 0 ? 0 : offset >= 0 ? offset * Impl.Strides[b] : -offset * Impl.Strides[a];
            var rest = Enumerable.Range(0, Impl.Rank).Where(d => d != a && d != b).ToArray();
            return Window(
                Impl.Offset + start,
                [.. rest.Select(d => Impl.Shape[d]), length],
                [.. rest.Select(d => Impl.Strides[d]), Impl.Strides[a] + Impl.Strides[b]],
                "Diagonal",
                (n, g) =>
                {
                    Tensor whole = zeros(n.Edges[0].Shape, g.dtype);
                    whole.diagonal(offset, a, b).copy_(g);
                    return whole;
                });
        }

        public Tensor unfold(long dimension, long size, long step)
        {
            int d = Shapes.Dim(dimension, Impl.Rank);
            if (size > Impl.Shape[d] || size < 0 || step < 1)
                throw new ArgumentException($"unfold: windows of {size} with step {step} do not fit into size {Impl.Shape[d]}.");
            long[] sizes = shape, strides = stride();
            long stepStride = strides[d] * step, elementStride = strides[d];
            sizes[d] = ((sizes[d] - size) / step) + 1;
            strides[d] = stepStride;
            return as_strided([.. sizes, size], [.. strides, elementStride], Impl.Offset);
        }

        internal Tensor Window(long offset, long[] sizes, long[] strides, string name, Func<Node, Tensor, Tensor?> backward)
        {
            var result = new Tensor(Impl.Window(offset, sizes, strides));
            return Tape.Needs(this) ? Tape.RecordView(result, name, this, backward) : result;
        }

        /// <summary>The gradient of an expanded tensor: summed over what was repeated.</summary>
        internal Tensor SumTo(long[] target)
        {
            int lead = Impl.Rank - target.Length;
            var dims = new List<long>();
            for (int d = 0; d < Impl.Rank; d++)
            {
                if (d < lead || (target[d - lead] == 1 && Impl.Shape[d] != 1))
                    dims.Add(d);
            }
            Tensor total = dims.Count == 0 ? this : sum([.. dims], keepdim: true);
            return total.reshape(target);
        }

        private Tensor Expand(ReadOnlySpan<long> sizes)
        {
            long[] target = sizes.ToArray();
            int lead = target.Length - Impl.Rank;
            if (lead < 0)
                throw new ArgumentException($"expand: {Impl.Rank} dimensions do not fit into shape {Shapes.Text(sizes)}.", nameof(sizes));
            for (int d = 0; d < target.Length; d++)
            {
                long have = d < lead ? 1 : Impl.Shape[d - lead];
                if (target[d] == -1 && d >= lead)
                    target[d] = have;
                if (target[d] < 0 || (have != 1 && have != target[d]))
                    throw new ArgumentException(
                        $"expand: shape {Shapes.Text(Impl.Shape)} cannot become {Shapes.Text(sizes)}.", nameof(sizes));
            }
            var strides = new long[target.Length];
            Shapes.ExpandStrides(Impl.Shape, Impl.Strides, target, strides);
            // The engine sums a gradient to the shape of the input by itself.
            return Window(Impl.Offset, target, strides, "Expand", static (_, g) => g);
        }
    }

    public static Tensor reshape(Tensor input, params long[] shape) => input.reshape(shape);

    public static Tensor flatten(Tensor input, long start_dim = 0, long end_dim = -1) => input.flatten(start_dim, end_dim);

    public static Tensor transpose(Tensor input, long dim0, long dim1) => input.transpose(dim0, dim1);

    public static Tensor permute(Tensor input, params long[] permutation) => input.permute(permutation);

    public static Tensor t(Tensor input) => input.t();

    public static Tensor squeeze(Tensor input, long? dim = null) => input.squeeze(dim);

    public static Tensor unsqueeze(Tensor input, long dim) => input.unsqueeze(dim);

    public static Tensor narrow(Tensor input, long dim, long start, long length) => input.narrow(dim, start, length);

    public static Tensor select(Tensor input, long dim, long index) => input.select(dim, index);

    public static Tensor[] split(Tensor tensor, long[] split_size_or_sections, long dim = 0) => tensor.split(split_size_or_sections, dim);

    public static Tensor[] chunk(Tensor input, long chunks, long dim = 0) => input.chunk(chunks, dim);

    public static Tensor[] unbind(Tensor input, long dim = 0) => input.unbind(dim);

    public static Tensor diagonal(Tensor input, long offset = 0, long dim1 = 0, long dim2 = 1) => input.diagonal(offset, dim1, dim2);

    public static Tensor broadcast_to(Tensor input, params long[] shape) => input.broadcast_to(shape);
}
