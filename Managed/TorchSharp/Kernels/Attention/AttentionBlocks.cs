using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Kernels;

/// <summary>What the passes of attention share: packing, masks, dropout.</summary>
internal static unsafe class AttentionBlocks
{
    /// <summary>Keys per packed panel.</summary>
    public const int PanelRows = 16;

    public static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>How many keys the query sees, counted from the first.</summary>
    public static int KeysSeen(in AttentionShape shape, in AttentionItem item, int query)
        => shape.Causal ? Math.Clamp(query + 1 + item.Keys - item.Queries, 0, item.Keys) : item.Keys;

    /// <summary>Panels of sixteen rows, two tiles: panels[row / 16][d, row % 16].</summary>
    public static void PackKeys(float* rows, long stride, int count, int size, float* panels)
        => Packing.Transpose(rows, stride, count, PanelRows, size, 1f, panels);

    /// <summary>
    /// scores[key, query] = Σ panel[key]·across[query] for the first <paramref name="visible"/> keys, and to the end of a tile.
    /// </summary>
    [MethodImpl(Jit.Kernel)]
    public static void Scores<S>(float* panels, float* across, int visible, int size, float* scores)
        where S : struct, ISimd<S>
    {
        int lanes = 2 * S.Count;
        for (int key = 0; key < visible; key += AttentionTiles.Rows)
        {
            float* panel = panels + ((long)(key / PanelRows) * PanelRows * size) + (key % PanelRows);
            AttentionTiles.RowsTogether<S>(size, panel, PanelRows, across, scores + ((long)key * lanes), lanes, false);
        }
    }

    /// <summary>Asks for the rows that the next item begins with: heads lie in pieces that no hardware prefetcher guesses.</summary>
    [MethodImpl(Jit.Kernel)]
    public static void Prefetch(float* rows, long stride, int first, int last, int size)
    {
        if (!Sse.IsSupported)
            return;
        for (int row = first; row < last; row++)
        {
            for (int d = 0; d < size; d += 16)
                Sse.Prefetch1(rows + (row * stride) + d);
        }
    }

    /// <summary>target[row, 0..wide) = scale · rows[row, 0..size), then zeros.</summary>
    [MethodImpl(Jit.Kernel)]
    public static void CopyRows(float* rows, long stride, int count, int size, int wide, float scale, float* target)
    {
        for (int row = 0; row < count; row++)
        {
            Span<float> to = new(target + ((long)row * wide), wide);
            ReadOnlySpan<float> from = new(rows + (row * stride), size);
            if (scale == 1f)
                from.CopyTo(to);
            else
                System.Numerics.Tensors.TensorPrimitives.Multiply(from, scale, to);
            to[size..].Clear();
        }
    }

    /// <summary>Writes <paramref name="value"/> where a query (column) may not see a key (row).</summary>
    [MethodImpl(Jit.Kernel)]
    public static void Hide<S>(in AttentionShape shape, in AttentionItem item, int q0, int visible, float* scores, float value)
        where S : struct, ISimd<S>
    {
        int lanes = 2 * S.Count;
        if (shape.Causal)
        {
            float* index = stackalloc float[lanes];
            for (int i = 0; i < lanes; i++)
                index[i] = i;
            S index0 = S.Load(index), index1 = S.Load(index + S.Count), hidden = S.Of(value);
            int shift = item.Keys - item.Queries;
            for (int key = Math.Max(0, q0 + shift + 1); key < visible; key++)
            {
                float* s = scores + ((long)key * lanes);
                S first = S.Of(key - shift - q0);
                S.IfLess(index0, first, hidden, S.Load(s)).Store(s);
                S.IfLess(index1, first, hidden, S.Load(s + S.Count)).Store(s + S.Count);
            }
        }
        if (shape.KeyMask is not null)
        {
            byte* mask = shape.KeyMask + ((long)item.Batch * shape.KeyLength);
            for (int key = 0; key < visible; key++)
            {
                if (mask[key] == 0)
                    new Span<float>(scores + ((long)key * lanes), lanes).Fill(value);
            }
        }
    }

    /// <summary>For two vectors of queries: 0 where the weight is dropped, else 1 / (1 - p).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void KeepFactors<S>(in AttentionShape shape, in AttentionItem item, int key, int q0, out S keep0, out S keep1)
        where S : struct, ISimd<S>
    {
        ulong row = ((ulong)((item.Batch * shape.Heads) + item.Head) * (ulong)shape.KeyLength) + (ulong)key;
        ulong position = shape.Offset + (row * (ulong)shape.QueryLength) + (ulong)q0;
        (uint key0, uint key1) = CounterRandom.Keys(shape.Seed, position);
        S limit = S.Of(shape.Dropout), factor = S.Of(shape.Dropout < 1f ? 1f / (1f - shape.Dropout) : 0f);
        keep0 = S.IfLess(S.Uniform(key0, key1, (uint)position), limit, S.Zero, factor);
        keep1 = S.IfLess(S.Uniform(key0, key1, (uint)position + (uint)S.Count), limit, S.Zero, factor);
    }
}
