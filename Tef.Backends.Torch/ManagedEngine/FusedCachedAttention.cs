using Tef.Backends.Torch.Decoding;
using Tef.Backends.Torch.Engine;
using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary>Attention of new rows over a cache, without copies of the cache.</summary>
internal static unsafe class FusedCachedAttention
{
    /// <inheritdoc cref="ITransformerKernels.CachedAttention" />
    public static Tensor Apply(Tensor qkv, HeadLayout heads, SequenceLayout layout, KeyValueCache cache)
    {
        var packed = qkv.contiguous();
        int size = heads.Size, shared = heads.KeyValues, columns = heads.Columns, width = heads.Queries * size;
        cache.Reserve(layout.MaxLength);
        var result = empty(layout.Rows, width);
        float* source = packed.Impl.As<float>();
        int capacity = (int)cache.Keys.shape[2];
        Store(source + width, cache.Keys.Impl.As<float>());
        Store(source + width + (shared * size), cache.Values.Impl.As<float>());
        for (int row = 0; row < layout.Batch; row++)
            cache.Advance(row, layout.Length(row));

        // Sequences of one length, as dense models have, are one call; others a call each.
        bool together = layout.IsUniform && Enumerable.Range(0, cache.Rows).All(row => cache.Length(row) == cache.Length(0));
        if (together)
            Attend(0, layout.Batch);
        for (int row = 0; row < layout.Batch && !together; row++)
        {
            if (layout.Length(row) > 0)
                Attend(row, 1);
        }
        return result;

        void Store(float* from, float* to)
        {
            for (int row = 0; row < layout.Batch; row++)
            {
                for (int i = 0; i < layout.Length(row); i++)
                {
                    float* token = from + ((layout.Offsets[row] + i) * (long)columns);
                    for (int head = 0; head < shared; head++)
                    {
                        long place = ((((long)row * shared) + head) * capacity) + cache.Length(row) + i;
                        new ReadOnlySpan<float>(token + (head * size), size).CopyTo(new Span<float>(to + (place * size), size));
                    }
                }
            }
        }

        void Attend(int row, int count)
        {
            int queries = layout.Length(row), keys = cache.Length(row);
            long first = layout.Offsets[row];
            long cached = (long)row * shared * capacity * size;
            var shape = new AttentionShape
            {
                Batch = count,
                Heads = heads.Queries,
                QueryLength = queries,
                KeyLength = keys,
                HeadSize = size,
                Scale = 1f / MathF.Sqrt(size),
                Causal = true,
            };
            Attention.Forward(
                shape,
                new HeadView(source + (first * columns), (long)columns * queries, size, columns),
                Cached(cache.Keys),
                Cached(cache.Values),
                new HeadView(result.Impl.As<float>() + (first * width), (long)width * queries, size, width),
                null);

            HeadView Cached(Tensor part) => new(
                part.Impl.As<float>() + cached, (long)shared * capacity * size, (long)capacity * size, size, heads.Queries / shared);
        }
    }
}
