using TorchSharp.Kernels;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public unsafe Tensor gather(long dim, Tensor index)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            CheckIndex(index, d, "gather", source: null);
            TensorImpl x = Elementwise.Contiguous(Impl, Impl.DType), i = Elementwise.Contiguous(index.Impl, ScalarType.Int64);
            TensorImpl y = TensorImpl.Allocate(index.Impl.Shape, Impl.DType);
            switch (x.ElementSize)
            {
                case 1:
                    ElementIndexing.Gather(x.As<byte>(), i.As<long>(), y.As<byte>(), x.Shape, i.Shape, d);
                    break;
                case 2:
                    ElementIndexing.Gather(x.As<ushort>(), i.As<long>(), y.As<ushort>(), x.Shape, i.Shape, d);
                    break;
                case 4:
                    ElementIndexing.Gather(x.As<uint>(), i.As<long>(), y.As<uint>(), x.Shape, i.Shape, d);
                    break;
                default:
                    ElementIndexing.Gather(x.As<ulong>(), i.As<long>(), y.As<ulong>(), x.Shape, i.Shape, d);
                    break;
            }
            x.Release();
            i.Release();
            var result = new Tensor(y);
            return Tape.Needs(this)
                ? Tape.Record(result, "Gather", [this], [Tape.Save(index)], (n, g) =>
                    [zeros(n.Edges[0].Shape, g.dtype).scatter_add_(d, n.Saved(0), g)])
                : result;
        }

        public Tensor scatter(long dim, Tensor index, Tensor src)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            CheckIndex(index, d, "scatter", src);
            Tensor result = new(Elementwise.Clone(Impl));
            Scattered(result, d, index, src, add: false);
            return Tape.Needs(this, src)
                ? Tape.Record(result, "Scatter", [this, src], [Tape.Save(index)], (n, g) =>
                [
                    n.Needs(0) ? g.clone().scatter_(d, n.Saved(0), zeros(n.Saved(0).Impl.Shape, g.dtype)) : null,
                    n.Needs(1) ? Padded(g.gather(d, n.Saved(0)), n.Edges[1].Shape) : null,
                ])
                : result;
        }

        public Tensor scatter_(long dim, Tensor index, Tensor src)
        {
            if (Tape.Needs(this, src))
                return InPlace(() => scatter(dim, index, src));
            int d = Shapes.Dim(dim, Impl.Rank);
            CheckIndex(index, d, "scatter", src);
            return IntoContiguous(t => Scattered(t, d, index, src, add: false));
        }

        public Tensor scatter_add(long dim, Tensor index, Tensor src)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            CheckIndex(index, d, "scatter_add", src);
            Tensor result = new(Elementwise.Clone(Impl));
            Scattered(result, d, index, src, add: true);
            return Tape.Needs(this, src)
                ? Tape.Record(result, "ScatterAdd", [this, src], [Tape.Save(index)], (n, g) =>
                    [g, n.Needs(1) ? Padded(g.gather(d, n.Saved(0)), n.Edges[1].Shape) : null])
                : result;
        }

        public Tensor scatter_add_(long dim, Tensor index, Tensor src)
        {
            if (Tape.Needs(this, src))
                return InPlace(() => scatter_add(dim, index, src));
            int d = Shapes.Dim(dim, Impl.Rank);
            CheckIndex(index, d, "scatter_add", src);
            return IntoContiguous(t => Scattered(t, d, index, src, add: true));
        }

        public unsafe Tensor index_select(long dim, Tensor index)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            CheckVector(index, "index_select");
            var axes = new Axes(Impl.Shape, [d]);
            TensorImpl x = Elementwise.Contiguous(Impl, Impl.DType), i = Elementwise.Contiguous(index.Impl, ScalarType.Int64);
            long[] shape = this.shape;
            if (shape.Length > 0)
                shape[d] = i.Count;
            TensorImpl y = TensorImpl.Allocate(shape, Impl.DType);
            SliceIndexing.Gather(x.Data, i.As<long>(), y.Data, axes.Outer, axes.Count, i.Count, axes.Inner * x.ElementSize);
            x.Release();
            i.Release();
            var result = new Tensor(y);
            return Tape.Needs(this)
                ? Tape.Record(result, "IndexSelect", [this], [Tape.Save(index)], (n, g) =>
                    [zeros(n.Edges[0].Shape, g.dtype).index_add_(d, n.Saved(0), g, 1)])
                : result;
        }

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            Tensor result = new(Elementwise.Clone(Impl));
            result.AddSlices(d, index, source, alpha);
            return Tape.Needs(this, source)
                ? Tape.Record(result, "IndexAdd", [this, source], [Tape.Save(index)], (n, g) =>
                    [g, n.Needs(1) ? g.index_select(d, n.Saved(0)).mul(alpha) : null])
                : result;
        }

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            if (Tape.Needs(this, source))
                return InPlace(() => index_add(dim, index, source, alpha));
            int d = Shapes.Dim(dim, Impl.Rank);
            return IntoContiguous(t => t.AddSlices(d, index, source, alpha));
        }

        public Tensor index_copy(long dim, Tensor index, Tensor source)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            Tensor result = new(Elementwise.Clone(Impl));
            result.CopySlices(d, index, source);
            return Tape.Needs(this, source)
                ? Tape.Record(result, "IndexCopy", [this, source], [Tape.Save(index)], (n, g) =>
                [
                    n.Needs(0) ? g.clone().index_copy_(d, n.Saved(0), zeros(n.Edges[1].Shape, g.dtype)) : null,
                    n.Needs(1) ? g.index_select(d, n.Saved(0)) : null,
                ])
                : result;
        }

        public Tensor index_copy_(long dim, Tensor index, Tensor source)
        {
            if (Tape.Needs(this, source))
                return InPlace(() => index_copy(dim, index, source));
            int d = Shapes.Dim(dim, Impl.Rank);
            return IntoContiguous(t => t.CopySlices(d, index, source));
        }

        public Tensor index_fill(long dim, Tensor index, Scalar value) =>
            TensorArena.Compose(() => index_copy(dim, index, SliceOf(dim, index, value)));

        public Tensor index_fill_(long dim, Tensor index, Scalar value)
        {
            using TensorArena arena = TensorArena.Enter();
            return index_copy_(dim, index, SliceOf(dim, index, value));
        }

        public Tensor take_along_dim(Tensor indices, long dim) => TensorArena.Compose(() =>
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            if (indices.Impl.Rank != Impl.Rank)
                throw new ArgumentException(
                    $"take_along_dim: expected {Impl.Rank} dimensions, found {indices.Impl.Rank}.", nameof(indices));
            long[] mine = shape, others = indices.shape;
            mine[d] = others[d] = 1;
            long[] common = Shapes.Broadcast(mine, others);
            long[] whole = [.. common], walk = [.. common];
            (whole[d], walk[d]) = (Impl.Shape[d], indices.Impl.Shape[d]);
            return Expand(whole).gather(d, indices.Expand(walk));
        });

        public Tensor take_along_dim(Tensor indices) => TensorArena.Compose(() => reshape(-1).gather(0, indices.reshape(-1)));

        public Tensor take(Tensor index) => TensorArena.Compose(() =>
            reshape(-1).index_select(0, index.reshape(-1)).reshape(index.Impl.Shape));

        public Tensor masked_fill(Tensor mask, Scalar value) =>
            TensorArena.Compose(() => torch.where(mask, new Tensor(Elementwise.Number(value, Impl.DType)), this));

        public Tensor masked_fill_(Tensor mask, Scalar value)
        {
            if (Tape.Needs(this))
                return InPlace(() => masked_fill(mask, value));
            if (mask.Impl.DType != ScalarType.Bool)
                throw new ArgumentException($"masked_fill_: expected a mask of type Bool, found {mask.Impl.DType}.", nameof(mask));
            TensorImpl number = Elementwise.Number(value, Impl.DType);
            Elementwise.Select(Impl, mask.Impl, number, Impl);
            number.Release();
            Impl.Storage.BumpVersion();
            return this;
        }

        public Tensor masked_select(Tensor mask) => TensorArena.Compose(() =>
        {
            long[] common = Shapes.Broadcast(Impl.Shape, mask.Impl.Shape);
            Tensor places = mask.Expand(common).reshape(-1).nonzero().reshape(-1);
            return Expand(common).reshape(-1).index_select(0, places);
        });

        public Tensor masked_scatter(Tensor mask, Tensor value) => TensorArena.Compose(() =>
        {
            Tensor places = mask.Expand(Impl.Shape).reshape(-1).nonzero().reshape(-1);
            return reshape(-1).index_copy(0, places, value.reshape(-1).narrow(0, 0, places.Impl.Count)).reshape(Impl.Shape);
        });

        public Tensor masked_scatter_(Tensor mask, Tensor value) => Store(() => masked_scatter(mask, value), value);

        public unsafe Tensor nonzero()
        {
            TensorImpl flags = Elementwise.Contiguous(Impl, ScalarType.Bool);
            byte* at = flags.Data;
            long found = 0;
            for (long i = 0; i < flags.Count; i++)
                found += at[i];
            Tensor result = empty([found, Impl.Rank], ScalarType.Int64);
            long* to = result.Impl.As<long>();
            for (long i = 0; i < flags.Count; i++)
            {
                if (at[i] == 0)
                    continue;
                long rest = i;
                for (int d = Impl.Rank - 1; d >= 0; d--)
                {
                    to[d] = rest % Impl.Shape[d];
                    rest /= Impl.Shape[d];
                }
                to += Impl.Rank;
            }
            flags.Release();
            return result;
        }

        public IList<Tensor> nonzero_as_list()
        {
            using Tensor places = nonzero();
            var list = new List<Tensor>();
            for (int d = 0; d < Impl.Rank; d++)
                list.Add(TensorArena.Compose(() => places.select(1, d).contiguous()));
            return list;
        }

        public Tensor argwhere() => nonzero();

        private static Tensor Padded(Tensor part, long[] shape)
        {
            if (part.Impl.Shape.AsSpan().SequenceEqual(shape))
                return part;
            Tensor whole = zeros(shape, part.dtype), window = whole;
            for (int d = 0; d < shape.Length; d++)
                window = window.narrow(d, 0, part.Impl.Shape[d]);
            window.copy_(part);
            return whole;
        }

        private Tensor SliceOf(long dim, Tensor index, Scalar value)
        {
            long[] sizes = shape;
            sizes[Shapes.Dim(dim, Impl.Rank)] = index.Impl.Count;
            return full(sizes, value, Impl.DType);
        }

        private void CheckIndex(Tensor index, int dim, string operation, Tensor? source)
        {
            CheckIntegers(index, operation);
            bool fits = index.Impl.Rank == Impl.Rank && (source is null || source.Impl.Rank == Impl.Rank);
            for (int d = 0; fits && d < Impl.Rank; d++)
            {
                fits = (d == dim || index.Impl.Shape[d] <= Impl.Shape[d])
                    && (source is null || index.Impl.Shape[d] <= source.Impl.Shape[d]);
            }
            if (!fits)
            {
                throw new ArgumentException(
                    $"{operation}: an index of shape {Shapes.Text(index.Impl.Shape)} does not fit "
                    + $"a tensor of shape {Shapes.Text(Impl.Shape)}"
                    + (source is null ? "." : $" with a source of shape {Shapes.Text(source.Impl.Shape)}."), nameof(index));
            }
            if (source is not null && source.Impl.DType != Impl.DType)
                throw new ArgumentException(
                    $"{operation}: expected a source of type {Impl.DType}, found {source.Impl.DType}.", nameof(source));
        }

        private static void CheckIntegers(Tensor index, string operation)
        {
            if (index.Impl.DType is not (ScalarType.Int64 or ScalarType.Int32))
                throw new ArgumentException($"{operation}: expected an index of type Int64, found {index.Impl.DType}.", nameof(index));
        }

        private static void CheckVector(Tensor index, string operation)
        {
            CheckIntegers(index, operation);
            if (index.Impl.Rank > 1)
                throw new ArgumentException(
                    $"{operation}: expected an index of one dimension, found shape {Shapes.Text(index.Impl.Shape)}.");
        }

        /// <summary>Runs a kernel that needs contiguous memory on this tensor.</summary>
        private Tensor IntoContiguous(Action<Tensor> kernel)
        {
            using TensorArena arena = TensorArena.Enter();
            if (Impl.IsContiguous)
            {
                kernel(this);
            }
            else
            {
                var copy = new Tensor(Elementwise.Clone(Impl));
                kernel(copy);
                Elementwise.Copy(Impl, copy.Impl);
            }
            Impl.Storage.BumpVersion();
            return this;
        }

        private static unsafe void Scattered(Tensor target, int dim, Tensor index, Tensor source, bool add)
        {
            using TensorArena arena = TensorArena.Enter();
            Tensor window = source.detach();
            for (int d = 0; d < source.Impl.Rank; d++)
                window = window.narrow(d, 0, index.Impl.Shape[d]);
            TensorImpl y = target.Impl, x = window.contiguous().Impl, i = index.to_type(ScalarType.Int64).contiguous().Impl;
            if (add)
            {
                switch (y.DType)
                {
                    case ScalarType.Float32:
                        ElementIndexing.ScatterAdd(y.As<float>(), i.As<long>(), x.As<float>(), y.Shape, i.Shape, dim);
                        break;
                    case ScalarType.Float64:
                        ElementIndexing.ScatterAdd(y.As<double>(), i.As<long>(), x.As<double>(), y.Shape, i.Shape, dim);
                        break;
                    case ScalarType.Int64:
                        ElementIndexing.ScatterAdd(y.As<long>(), i.As<long>(), x.As<long>(), y.Shape, i.Shape, dim);
                        break;
                    case ScalarType.Int32:
                        ElementIndexing.ScatterAdd(y.As<int>(), i.As<long>(), x.As<int>(), y.Shape, i.Shape, dim);
                        break;
                    default:
                        throw TypePromotion.Unsupported(y.DType);
                }
                return;
            }
            switch (y.ElementSize)
            {
                case 1:
                    ElementIndexing.Scatter(y.As<byte>(), i.As<long>(), x.As<byte>(), y.Shape, i.Shape, dim);
                    break;
                case 2:
                    ElementIndexing.Scatter(y.As<ushort>(), i.As<long>(), x.As<ushort>(), y.Shape, i.Shape, dim);
                    break;
                case 4:
                    ElementIndexing.Scatter(y.As<uint>(), i.As<long>(), x.As<uint>(), y.Shape, i.Shape, dim);
                    break;
                default:
                    ElementIndexing.Scatter(y.As<ulong>(), i.As<long>(), x.As<ulong>(), y.Shape, i.Shape, dim);
                    break;
            }
        }

        private unsafe void AddSlices(int dim, Tensor index, Tensor source, Scalar alpha)
        {
            using TensorArena arena = TensorArena.Enter();
            var (axes, i, x) = PrepareSlices(dim, index, source, "index_add");
            long* at = i.As<long>();
            switch (Impl.DType)
            {
                case ScalarType.Float32:
                    SliceIndexing.ScatterAdd(
                        Impl.As<float>(), at, x.As<float>(), axes.Outer, axes.Count, i.Count, axes.Inner, (float)alpha.Real);
                    break;
                case ScalarType.Float64:
                    SliceIndexing.ScatterAdd(
                        Impl.As<double>(), at, x.As<double>(), axes.Outer, axes.Count, i.Count, axes.Inner, alpha.Real);
                    break;
                case ScalarType.Int64:
                    SliceIndexing.ScatterAdd(Impl.As<long>(), at, x.As<long>(), axes.Outer, axes.Count, i.Count, axes.Inner, alpha.Integer);
                    break;
                case ScalarType.Int32:
                    SliceIndexing.ScatterAdd(
                        Impl.As<int>(), at, x.As<int>(), axes.Outer, axes.Count, i.Count, axes.Inner, (int)alpha.Integer);
                    break;
                default:
                    throw TypePromotion.Unsupported(Impl.DType);
            }
        }

        private unsafe void CopySlices(int dim, Tensor index, Tensor source)
        {
            using TensorArena arena = TensorArena.Enter();
            var (axes, i, x) = PrepareSlices(dim, index, source, "index_copy");
            SliceIndexing.Scatter(Impl.Data, i.As<long>(), x.Data, axes.Outer, axes.Count, i.Count, axes.Inner * Impl.ElementSize);
        }

        private (Axes, TensorImpl Index, TensorImpl Source) PrepareSlices(int dim, Tensor index, Tensor source, string operation)
        {
            CheckVector(index, operation);
            long[] expected = shape;
            if (expected.Length > 0)
                expected[dim] = index.Impl.Count;
            if (!source.Impl.Shape.AsSpan().SequenceEqual(expected) && source.Impl.Rank > 0)
                throw new ArgumentException(
                    $"{operation}: expected a source of shape {Shapes.Text(expected)}, found {Shapes.Text(source.Impl.Shape)}.");
            return (
                new Axes(Impl.Shape, [dim]), index.detach().to_type(ScalarType.Int64).contiguous().Impl,
                source.detach().to_type(Impl.DType).contiguous().Impl);
        }
    }

    public static Tensor gather(Tensor input, long dim, Tensor index) => input.gather(dim, index);

    public static Tensor scatter(Tensor input, long dim, Tensor index, Tensor src) => input.scatter(dim, index, src);

    public static Tensor scatter_add(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_add(dim, index, src);

    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);

    public static Tensor index_add(Tensor input, long dim, Tensor index, Tensor source, Scalar alpha) =>
        input.index_add(dim, index, source, alpha);

    public static Tensor index_copy(Tensor input, long dim, Tensor index, Tensor source) => input.index_copy(dim, index, source);

    public static Tensor take_along_dim(Tensor input, Tensor indices, long dim = 0) => input.take_along_dim(indices, dim);

    public static Tensor masked_select(Tensor input, Tensor mask) => input.masked_select(mask);

    public static Tensor nonzero(Tensor input) => input.nonzero();
}
