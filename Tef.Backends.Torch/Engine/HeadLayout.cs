using static TorchSharp.torch;

namespace Tef.Backends.Torch.Engine;

/// <summary>
/// How the columns of an attention's first projection are heads: those of queries, then of keys, then of values. Neighbouring
/// heads of queries share a head of keys and values.
/// </summary>
/// <param name="Queries">Heads of queries, <c>H</c>.</param>
/// <param name="KeyValues">Heads of keys, and of values, <c>G</c>; divides H.</param>
/// <param name="Size">Numbers per head, <c>D</c>.</param>
internal readonly record struct HeadLayout(int Queries, int KeyValues, int Size)
{
    /// <summary>Columns of the projection, <c>(H + 2·G)·D</c>.</summary>
    public int Columns => (Queries + (2 * KeyValues)) * Size;

    /// <summary>Repeats keys and values for every head of queries that shares them. Carries gradients.</summary>
    /// <param name="qkv"><c>[N, (H + 2·G)·D]</c>.</param>
    /// <returns><c>[N, 3·H·D]</c>.</returns>
    public Tensor Repeat(Tensor qkv)
    {
        if (KeyValues == Queries)
            return qkv;
        long rows = qkv.shape[0];
        int shared = Queries / KeyValues, width = Queries * Size;
        var repeated = qkv.narrow(1, width, 2L * KeyValues * Size).reshape(rows, 2 * KeyValues, 1, Size)
            .expand(rows, 2 * KeyValues, shared, Size).reshape(rows, 2L * width);
        return cat([qkv.narrow(1, 0, width), repeated], 1);
    }
}
