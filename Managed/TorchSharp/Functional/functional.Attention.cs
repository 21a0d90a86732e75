using TorchSharp.Kernels;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Without a mask, or with the causal one, the scores of all heads never exist together.</summary>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (attn_mask is not null && is_casual)
                    throw new ArgumentException("scaled_dot_product_attention: either a mask or is_casual, not both.", nameof(attn_mask));
                if (query.Impl.Rank < 2 || key.Impl.Rank < 2 || value.Impl.Rank < 2 || query.Impl.Shape[^1] != key.Impl.Shape[^1]
                    || key.Impl.Shape[^2] != value.Impl.Shape[^2])
                {
                    throw new ArgumentException(
                        "scaled_dot_product_attention: expected [..., T, D], [..., S, D] and [..., S, D], found "
                        + $"{Shapes.Text(query.Impl.Shape)}, {Shapes.Text(key.Impl.Shape)} and {Shapes.Text(value.Impl.Shape)}.");
                }
                bool plain = attn_mask is null && query.dtype == ScalarType.Float32 && query.Impl.Rank is 3 or 4
                    && query.Impl.Rank == key.Impl.Rank && query.Impl.Rank == value.Impl.Rank
                    && query.Impl.Shape.AsSpan()[..^2].SequenceEqual(key.Impl.Shape.AsSpan()[..^2])
                    && key.Impl.Shape.AsSpan().SequenceEqual(value.Impl.Shape)
                    // PyTorch aligns the causal mask at the first query, the kernel at the last.
                    && (!is_casual || query.Impl.Shape[^2] == key.Impl.Shape[^2]);
                if (!plain)
                    return Explicit(query, key, value, attn_mask, p, is_casual);
                if (query.Impl.Rank == 4)
                    return Heads(query, key, value, (float)p, is_casual);
                return TensorArena.Compose(
                    () => Heads(query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1), (float)p, is_casual).squeeze(1));
            }

            private static Tensor Explicit(Tensor query, Tensor key, Tensor value, Tensor? mask, double p, bool causal) =>
                TensorArena.Compose(() =>
            {
                Tensor scores = query.mul(1 / Math.Sqrt(query.Impl.Shape[^1])).matmul(key.transpose(-2, -1));
                if (causal)
                    mask = ones([query.Impl.Shape[^2], key.Impl.Shape[^2]], ScalarType.Bool).tril();
                if (mask is not null && mask.dtype == ScalarType.Bool)
                    scores = scores.masked_fill(mask.logical_not(), double.NegativeInfinity);
                else if (mask is not null)
                    scores = scores.add(mask);
                return dropout(scores.softmax(-1), p).matmul(value);
            });

            /// <summary>All [B, H, T, D]; the result lies in memory as [B, T, H, D], the order in which heads are joined again.</summary>
            private static unsafe Tensor Heads(Tensor query, Tensor key, Tensor value, float p, bool causal)
            {
                using var q = new HeadOperand(query.Impl);
                using var k = new HeadOperand(key.Impl);
                using var v = new HeadOperand(value.Impl);
                long[] shape = query.Impl.Shape;
                long batch = shape[0], heads = shape[1], time = shape[2], size = shape[3];
                var rules = new AttentionShape
                {
                    Batch = checked((int)batch),
                    Heads = checked((int)heads),
                    QueryLength = checked((int)time),
                    KeyLength = checked((int)key.Impl.Shape[2]),
                    HeadSize = checked((int)size),
                    Scale = (float)(1 / Math.Sqrt(size)),
                    Causal = causal,
                    Dropout = p,
                };
                if (p > 0)
                    (rules.Seed, rules.Offset) = Generator.Default.Reserve((long)rules.DropoutPositions);
                Tensor result = JoinedHeads(shape);
                bool recorded = Tape.Needs(query, key, value);
                using var y = new HeadOperand(result.Impl);
                TensorImpl? sums = recorded ? TensorImpl.Allocate([rules.LogSumExpCount], ScalarType.Float32) : null;
                Attention.Forward(rules, q.View, k.View, v.View, y.View, sums is null ? null : sums.As<float>());
                if (sums is null)
                    return result;
                SavedTensor?[] saved = [Tape.Save(query), Tape.Save(key), Tape.Save(value), Tape.Save(result), new SavedTensor(sums)];
                sums.Release();
                return Tape.Record(result, "Attention", [query, key, value], saved, (n, g) => AttentionBackward(n, g, rules));
            }

            private static unsafe Tensor?[] AttentionBackward(Node n, Tensor g, AttentionShape rules)
            {
                using var q = new HeadOperand(n.Saved(0).Impl);
                using var k = new HeadOperand(n.Saved(1).Impl);
                using var v = new HeadOperand(n.Saved(2).Impl);
                using var y = new HeadOperand(n.Saved(3).Impl);
                using var dy = new HeadOperand(g.Impl);
                Tensor ofQuery = JoinedHeads(n.Saved(0).shape);
                Tensor ofKey = JoinedHeads(n.Saved(1).shape), ofValue = JoinedHeads(n.Saved(2).shape);
                using var dq = new HeadOperand(ofQuery.Impl);
                using var dk = new HeadOperand(ofKey.Impl);
                using var dv = new HeadOperand(ofValue.Impl);
                Attention.Backward(rules, q.View, k.View, v.View, y.View, dy.View, n.Saved(4).FloatPointer, dq.View, dk.View, dv.View);
                return [ofQuery, ofKey, ofValue];
            }

            private static Tensor JoinedHeads(long[] shape)
            {
                var (batch, heads, time, size) = (shape[0], shape[1], shape[2], shape[3]);
                TensorImpl whole = TensorImpl.Allocate([batch, time, heads, size], ScalarType.Float32);
                var result = new Tensor(whole.Window(0, [batch, heads, time, size], [time * heads * size, size, heads * size, 1]));
                whole.Release();
                return result;
            }

            /// <summary>[B, H, T, D] as the attention kernels want it: any strides as long as each vector is contiguous.</summary>
            private readonly unsafe ref struct HeadOperand
            {
                private readonly TensorImpl held;

                internal HeadOperand(TensorImpl source)
                {
                    held = source.Strides[3] == 1 || source.Shape[3] <= 1 ? source.AddReference() : Elementwise.Clone(source);
                    View = new HeadView(held.As<float>(), held.Strides[0], held.Strides[1], held.Strides[2]);
                }

                internal HeadView View { get; }

                public void Dispose() => held.Release();
            }
        }
    }
}
