using TorchSharp.Kernels;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Equal elements keep their order whether or not a stable sort is asked for.</summary>
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
        {
            long size = Impl.Rank == 0 ? 1 : Impl.Shape[Shapes.Dim(dim, Impl.Rank)];
            return Ranked(dim, descending, (int)size);
        }

        public Tensor argsort(long dim = -1, bool descending = false)
        {
            var (values, indices) = sort(dim, descending);
            values.Dispose();
            return indices;
        }

        public Tensor msort() => TensorArena.Compose(() => sort(0).Values);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            long size = Impl.Rank == 0 ? 1 : Impl.Shape[Shapes.Dim(dim, Impl.Rank)];
            if (k < 0 || k > size)
                throw new ArgumentOutOfRangeException(nameof(k), $"topk: expected at most {size} elements, found {k}.");
            return Ranked(dim, largest, k);
        }

        private (Tensor, Tensor) Ranked(long dim, bool descending, int kept)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            Tensor self = this;
            var (values, indices) = TensorArena.Compose(() =>
            {
                Tensor rows = self.detach();
                rows = rows.Impl.Rank == 0 ? rows.reshape(1) : rows.transpose(d, -1);
                return RankRows(rows.contiguous(), descending, kept) is var (v, i) && self.Impl.Rank == 0
                    ? (v.reshape([]), i.reshape([]))
                    : (v.transpose(d, -1).contiguous(), i.transpose(d, -1).contiguous());
            });
            if (Tape.Needs(this))
            {
                Tape.Record(values, "Sort", [this], [Tape.Save(indices)], (n, g) =>
                    [zeros(n.Edges[0].Shape, g.dtype).scatter_(d, n.Saved(0), g)]);
            }
            return (values, indices);
        }

        private static unsafe (Tensor Values, Tensor Indices) RankRows(Tensor x, bool descending, int kept)
        {
            int length = checked((int)x.Impl.Shape[^1]);
            long rows = length == 0 ? 0 : x.Impl.Count / length;
            long[] shape = [.. x.Impl.Shape[..^1], kept];
            ScalarType type = x.Impl.DType == ScalarType.BFloat16 ? ScalarType.Float32 : x.Impl.DType;
            x = x.to_type(type);
            Tensor values = empty(shape, type), indices = empty(shape, ScalarType.Int64);
            long* to = indices.Impl.As<long>();
            switch (type)
            {
                case ScalarType.Float32:
                    RowSort.Run(x.Impl.As<float>(), values.Impl.As<float>(), to, rows, length, kept, descending);
                    break;
                case ScalarType.Float64:
                    RowSort.Run(x.Impl.As<double>(), values.Impl.As<double>(), to, rows, length, kept, descending);
                    break;
                case ScalarType.Int64:
                    RowSort.Run(x.Impl.As<long>(), values.Impl.As<long>(), to, rows, length, kept, descending);
                    break;
                case ScalarType.Int32:
                    RowSort.Run(x.Impl.As<int>(), values.Impl.As<int>(), to, rows, length, kept, descending);
                    break;
                default:
                    RowSort.Run(x.Impl.As<byte>(), values.Impl.As<byte>(), to, rows, length, kept, descending);
                    break;
            }
            return (values, indices);
        }
    }

    public static (Tensor Values, Tensor Indices) sort(Tensor input, long dim = -1, bool descending = false, bool stable = false) =>
        input.sort(dim, descending, stable);

    public static Tensor argsort(Tensor input, long dim = -1, bool descending = false) => input.argsort(dim, descending);

    public static (Tensor values, Tensor indices) topk(Tensor tensor, int k, int dim = -1, bool largest = true, bool sorted = true) =>
        tensor.topk(k, dim, largest, sorted);
}
