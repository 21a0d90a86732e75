namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor repeat(params long[] sizes)
        {
            if (sizes.Length < Impl.Rank)
                throw new ArgumentException($"repeat: expected at least {Impl.Rank} counts, found {sizes.Length}.", nameof(sizes));
            // [a, b] repeated [m, n] times is [m, a, n, b] seen as [m·a, n·b].
            return TensorArena.Compose(() =>
            {
                int lead = sizes.Length - Impl.Rank;
                var interleaved = new List<long>();
                var expanded = new List<long>();
                var merged = new long[sizes.Length];
                for (int d = 0; d < sizes.Length; d++)
                {
                    long size = d < lead ? 1 : Impl.Shape[d - lead];
                    interleaved.AddRange([1, size]);
                    expanded.AddRange([sizes[d], size]);
                    merged[d] = sizes[d] * size;
                }
                return reshape([.. interleaved]).expand([.. expanded]).reshape(merged);
            });
        }

        public Tensor tile(long[] reps) => repeat([.. Enumerable.Repeat(1L, Math.Max(0, Impl.Rank - reps.Length)), .. reps]);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) => TensorArena.Compose(() =>
        {
            Tensor x = dim is null ? reshape(-1) : this;
            int d = Shapes.Dim(dim ?? 0, x.Impl.Rank);
            long[] expanded = x.unsqueeze(d + 1).shape, merged = x.shape;
            expanded[d + 1] = repeats;
            merged[d] *= repeats;
            return x.unsqueeze(d + 1).expand(expanded).reshape(merged);
        });

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) => TensorArena.Compose(() =>
        {
            Tensor x = dim is null ? reshape(-1) : this;
            int d = Shapes.Dim(dim ?? 0, x.Impl.Rank);
            long[] counts = repeats.to_type(ScalarType.Int64).expand(x.Impl.Shape[d]).data<long>().ToArray();
            long[] places = [.. counts.SelectMany((count, i) => Enumerable.Repeat((long)i, checked((int)count)))];
            return x.index_select(d, tensor(places));
        });

        public Tensor flip(params long[] dims) => TensorArena.Compose(() =>
        {
            Tensor x = this;
            foreach (long dim in dims)
            {
                int d = Shapes.Dim(dim, Impl.Rank);
                x = x.index_select(d, arange(Impl.Shape[d] - 1, -1, -1, ScalarType.Int64));
            }
            return dims.Length == 0 ? x.clone() : x;
        });

        public Tensor roll(long shifts, long? dims = null) => TensorArena.Compose(() =>
        {
            if (dims is null)
                return reshape(-1).roll(shifts, 0).reshape(Impl.Shape);
            int d = Shapes.Dim(dims.Value, Impl.Rank);
            long size = Impl.Shape[d];
            if (size == 0)
                return clone();
            long by = ((shifts % size) + size) % size;
            return cat([narrow(d, size - by, by), narrow(d, 0, size - by)], d);
        });

        public Tensor roll(long[] shifts, long[] dims)
        {
            if (shifts.Length != dims.Length)
                throw new ArgumentException($"roll: {shifts.Length} shifts for {dims.Length} dimensions.", nameof(shifts));
            return TensorArena.Compose(() => shifts.Zip(dims).Aggregate(this, (x, by) => x.roll(by.First, by.Second)));
        }
    }

    public static Tensor cat(Tensor[] tensors, long dim = 0) => Cat(tensors, dim);

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Cat([.. tensors], dim);

    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Cat(tensors, dim);

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => Cat([.. tensors], dim);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => TensorArena.Compose(() =>
        Cat([.. tensors.Select(t => t.unsqueeze(dim))], dim));

    public static Tensor flip(Tensor input, params long[] dims) => input.flip(dims);

    public static Tensor roll(Tensor input, long shifts, long? dims = null) => input.roll(shifts, dims);

    public static Tensor repeat_interleave(Tensor input, long repeats, long? dim = null, long? output_size = null) =>
        input.repeat_interleave(repeats, dim, output_size);

    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij")
    {
        var vectors = tensors.ToArray();
        long[] shape = Array.ConvertAll(vectors, v => v.numel());
        var grids = new Tensor[vectors.Length];
        for (int i = 0; i < grids.Length; i++)
        {
            long[] line = [.. shape.Select((_, d) => d == i ? -1L : 1L)];
            Tensor vector = vectors[i];
            grids[i] = TensorArena.Compose(() =>
            {
                Tensor grid = vector.reshape(line).expand(shape);
                return indexing == "xy" && shape.Length >= 2 ? grid.transpose(0, 1) : grid;
            });
        }
        return grids;
    }

    private static Tensor Cat(ReadOnlySpan<Tensor> tensors, long dim)
    {
        if (tensors.Length == 0)
            throw new ArgumentException("cat: expected at least one tensor.", nameof(tensors));
        // PyTorch lets an empty vector stand for nothing at all.
        var parts = new List<Tensor>();
        ScalarType type = tensors[0].dtype;
        foreach (Tensor tensor in tensors)
        {
            type = TypePromotion.Promote(type, tensor.dtype);
            if (tensor.Impl.Rank != 1 || tensor.Impl.Count > 0)
                parts.Add(tensor);
        }
        if (parts.Count == 0)
            return empty([0], type);
        TensorImpl first = parts[0].Impl;
        int d = Shapes.Dim(dim, first.Rank);
        if (first.Rank == 0)
            throw new ArgumentException("cat: tensors without dimensions cannot be joined, use stack().", nameof(tensors));
        long[] shape = [.. first.Shape];
        shape[d] = 0;
        foreach (Tensor part in parts)
        {
            bool fits = part.Impl.Rank == first.Rank;
            for (int i = 0; fits && i < first.Rank; i++)
                fits = i == d || part.Impl.Shape[i] == first.Shape[i];
            if (!fits)
            {
                throw new ArgumentException(
                    $"cat: shapes {Shapes.Text(first.Shape)} and {Shapes.Text(part.Impl.Shape)} differ outside dimension {dim}.",
                    nameof(tensors));
            }
            shape[d] += part.Impl.Shape[d];
        }
        TensorImpl joined = TensorImpl.Allocate(shape, type);
        var starts = new long[parts.Count];
        long at = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            TensorImpl part = parts[i].Impl;
            TensorImpl window = joined.Window(at * joined.Strides[d], part.Shape, joined.Strides);
            Elementwise.Copy(window, part);
            window.Release();
            starts[i] = at;
            at += part.Shape[d];
        }
        var result = new Tensor(joined);
        if (!Tape.Needs(parts.ToArray()))
            return result;
        return Tape.Record(result, "Cat", [.. parts], [], (n, g) =>
        {
            var gradients = new Tensor?[n.Edges.Length];
            for (int i = 0; i < gradients.Length; i++)
                gradients[i] = n.Needs(i) ? g.narrow(d, starts[i], n.Edges[i].Shape[d]) : null;
            return gradients;
        });
    }
}
