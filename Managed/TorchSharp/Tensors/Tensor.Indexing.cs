using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => At(indices);
            set => SetAt(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => At([i1]);
            set => SetAt(value, [i1]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => At([i1, i2]);
            set => SetAt(value, [i1, i2]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => At([i1, i2, i3]);
            set => SetAt(value, [i1, i2, i3]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => At([i1, i2, i3, i4]);
            set => SetAt(value, [i1, i2, i3, i4]);
        }

        public Tensor index(params TensorIndex[] indices) => TensorArena.Compose(() =>
        {
            Tensor view = Narrowed(indices, out Tensor?[] lists);
            return lists.All(list => list is null) ? view : view.Gathered(lists);
        });

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, accumulate: false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            using TensorArena arena = TensorArena.Enter();
            Tensor view = Narrowed(indices, out Tensor?[] lists);
            if (lists.All(list => list is null))
            {
                if (accumulate)
                    view.add_(value);
                else
                    view.copy_(value);
            }
            else
            {
                view.PutGathered(lists, value, accumulate);
            }
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) =>
            index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor), false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor), accumulate);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using TensorArena arena = TensorArena.Enter();
            return index_put_(new Tensor(Elementwise.Number(value, Impl.DType)), indices, accumulate: false);
        }

        private Tensor At(ReadOnlySpan<long> indices)
        {
            if (indices.Length > Impl.Rank)
                throw new ArgumentException($"{indices.Length} indices for a tensor of {Impl.Rank} dimensions.", nameof(indices));
            if (indices.Length == 1)
                return select(0, indices[0]);
            long[] all = indices.ToArray();
            return TensorArena.Compose(() => all.Aggregate(this, (view, index) => view.select(0, index)));
        }

        private void SetAt(Tensor value, ReadOnlySpan<long> indices)
        {
            using TensorArena arena = TensorArena.Enter();
            At(indices).copy_(value);
        }

        /// <summary>Applies numbers, slices and new dimensions; index tensors are left for the dimension that they came to stand
        /// at.</summary>
        private Tensor Narrowed(TensorIndex[] indices, out Tensor?[] lists)
        {
            Tensor view = alias();
            var remaining = new List<Tensor?>();
            int used = indices.Sum(i => i.Type switch
            {
                TensorIndex.Kind.Single or TensorIndex.Kind.Slice or TensorIndex.Kind.Null => 1,
                TensorIndex.Kind.Tensor => i.Values!.Impl.DType == ScalarType.Bool ? i.Values.Impl.Rank : 1,
                _ => 0,
            });
            if (used > Impl.Rank)
                throw new ArgumentException($"{used} indices for a tensor of {Impl.Rank} dimensions.", nameof(indices));
            foreach (TensorIndex index in indices)
            {
                int at = remaining.Count;
                switch (index.Type)
                {
                    case TensorIndex.Kind.Single:
                        view = view.select(at, index.Start ?? throw new ArgumentException("An index has no value.", nameof(indices)));
                        break;
                    case TensorIndex.Kind.None:
                        view = view.unsqueeze(at);
                        remaining.Add(null);
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        remaining.AddRange(Enumerable.Repeat<Tensor?>(null, Impl.Rank - used));
                        break;
                    case TensorIndex.Kind.Tensor when index.Values!.Impl is { DType: ScalarType.Bool, Rank: 0 }:
                        view = view.unsqueeze(at);
                        remaining.Add(AllOrNothing(index.Values.item<bool>()));
                        break;
                    case TensorIndex.Kind.Tensor when index.Values!.Impl.DType == ScalarType.Bool:
                        foreach (Tensor places in index.Values.CheckMask(view, at).nonzero_as_list())
                            remaining.Add(places);
                        break;
                    case TensorIndex.Kind.Tensor:
                        CheckIntegers(index.Values!, "index");
                        remaining.Add(index.Values);
                        break;
                    case TensorIndex.Kind.Bool:
                        view = view.unsqueeze(at);
                        remaining.Add(AllOrNothing(index.Start != 0));
                        break;
                    default:
                        view = view.slice(at, index.Start ?? 0, index.Stop ?? long.MaxValue, index.Step ?? 1);
                        remaining.Add(null);
                        break;
                }
            }
            lists = [.. remaining];
            return view;
        }

        private static Tensor AllOrNothing(bool all) => tensor(all ? [0L] : Array.Empty<long>());

        private Tensor CheckMask(Tensor view, int at)
        {
            for (int d = 0; d < Impl.Rank; d++)
            {
                if (Impl.Shape[d] != view.Impl.Shape[at + d])
                {
                    throw new ArgumentException(
                        $"A mask of shape {Shapes.Text(Impl.Shape)} does not fit dimension {at} of shape {Shapes.Text(view.Impl.Shape)}.");
                }
            }
            return this;
        }

        /// <summary>Index tensors together pick elements: their dimensions are flattened to one, which is then indexed.</summary>
        private Tensor Gathered(Tensor?[] lists)
        {
            var (order, places, common, rest) = Flatten(lists, out bool inPlace, out int position);
            Tensor flat = permute(order).reshape([-1, .. rest]);
            Tensor picked = flat.index_select(0, places).reshape([.. common, .. rest]);
            if (!inPlace || position == 0)
                return picked;
            // Neighbouring index tensors leave the result where they stood.
            long[] back = [.. Numbers(common.Length, position), .. Numbers(0, common.Length), .. Numbers(
                common.Length + position, rest.Length - position)];
            return picked.permute(back);
        }

        private void PutGathered(Tensor?[] lists, Tensor value, bool accumulate)
        {
            var (order, places, common, rest) = Flatten(lists, out bool inPlace, out int position);
            Tensor target = permute(order);
            long[] shape = [.. common, .. rest];
            Tensor source = value;
            if (inPlace && position > 0)
            {
                long[] shown = [.. rest[..position], .. common, .. rest[position..]];
                long[] front = [.. Numbers(position, common.Length), .. Numbers(0, position), .. Numbers(
                    position + common.Length, rest.Length - position)];
                source = value.expand(shown).permute(front);
            }
            source = source.to_type(Impl.DType).expand(shape).reshape([-1, .. rest]);
            Tensor flat = target.reshape([-1, .. rest]);
            Tensor changed = accumulate ? flat.index_add(0, places, source, 1) : flat.index_copy(0, places, source);
            target.copy_(changed.reshape(target.Impl.Shape));
        }

        private static IEnumerable<long> Numbers(int start, int count) => Enumerable.Range(start, count).Select(d => (long)d);

        private (long[] Order, Tensor Places, long[] Common, long[] Others) Flatten(Tensor?[] lists, out bool inPlace, out int position)
        {
            int[] indexed = [.. Enumerable.Range(0, lists.Length).Where(d => lists[d] is not null)];
            long[] others = [.. Enumerable.Range(0, Impl.Rank).Where(d => d >= lists.Length || lists[d] is null).Select(d => (long)d)];
            long[] common = [];
            foreach (int d in indexed)
                common = Shapes.Broadcast(common, lists[d]!.Impl.Shape);
            Tensor? places = null;
            foreach (int d in indexed)
            {
                long size = Impl.Shape[d];
                Tensor list = lists[d]!.detach().to_type(ScalarType.Int64).expand(common).reshape(-1);
                list = torch.where(list.lt(0), list.add(size), list);
                if (list.Impl.Count > 0 && (list.ge(size).any().item<bool>() || list.lt(0).any().item<bool>()))
                    throw new ArgumentOutOfRangeException(nameof(lists), $"An index is out of range for dimension {d} of size {size}.");
                places = places is null ? list : places.mul(size).add(list);
            }
            inPlace = indexed[^1] - indexed[0] + 1 == indexed.Length;
            position = indexed[0];
            return ([.. indexed.Select(d => (long)d), .. others], places!, common, Array.ConvertAll(others, d => Impl.Shape[d]));
        }
    }
}
