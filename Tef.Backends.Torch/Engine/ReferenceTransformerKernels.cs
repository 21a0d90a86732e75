using Tef.Backends.Torch.Decoding;
using Tef.Core.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Tef.Backends.Torch.Engine;

/// <summary>Plain TorchSharp calls: what every engine can run, and what the fused kernels are held against.</summary>
internal sealed class ReferenceTransformerKernels : ITransformerKernels
{
    // A finite stand-in for −∞, so that a row that sees nothing stays free of NaN.
    private const float Hidden = -1e30f;

    public string Name => "reference";

    public Tensor LinearGelu(Tensor input, Tensor weight, Tensor? bias) =>
        Gelu(bias is null ? input.matmul(weight) : addmm(bias, input, weight, 1, 1));

    public Tensor CausalAttention(Tensor qkv, int heads, SequenceLayout layout, Tensor? visible, double dropout)
    {
        int width = (int)qkv.shape[1] / 3;
        int length = layout.MaxLength;
        if (layout.IsUniform)
        {
            var split = qkv.view(layout.Batch, length, 3, heads, width / heads).permute(2, 0, 3, 1, 4);
            var keys = visible?.view(layout.Batch, 1, 1, length);
            return Attend(split[0], split[1], split[2], keys, dropout).transpose(1, 2).reshape(layout.Rows, width);
        }

        // Unequal lengths are padded here: row 0 stands in for what lies behind the end of a sequence, and is hidden as a key.
        var (padded, taken) = layout.Padding(qkv.device);
        var rows = qkv.index_select(0, padded).view(layout.Batch, length, 3, heads, width / heads).permute(2, 0, 3, 1, 4);
        var real = zeros(layout.Batch * length, dtype: ScalarType.Bool, device: qkv.device);
        real = visible is null
            ? real.index_fill(0, taken, true)
            : real.index_copy(0, taken, visible);
        return Attend(rows[0], rows[1], rows[2], real.view(layout.Batch, 1, 1, length), dropout)
            .transpose(1, 2).reshape(layout.Batch * length, width).index_select(0, taken);
    }

    public Tensor CachedAttention(Tensor qkv, HeadLayout heads, SequenceLayout layout, Tensor? visible, KeyValueCache cache)
    {
        int width = heads.Queries * heads.Size;
        var stored = visible?.cpu().data<bool>().ToArray();
        var results = new Tensor[layout.Batch];
        for (int row = 0; row < layout.Batch; row++)
        {
            int count = layout.Length(row);
            if (count == 0)
            {
                results[row] = qkv.narrow(0, 0, 0).narrow(1, 0, width);
                continue;
            }
            var split = qkv.narrow(0, layout.Offsets[row], count).view(count, -1, heads.Size).transpose(0, 1);
            var queries = split.narrow(0, 0, heads.Queries);
            var newKeys = split.narrow(0, heads.Queries, heads.KeyValues);
            var newValues = split.narrow(0, heads.Queries + heads.KeyValues, heads.KeyValues);
            var kept = stored is null ? default : new ReadOnlySpan<bool>(stored, layout.Offsets[row], count);
            int[] limits = cache.Append(row, newKeys, newValues, kept);
            if (cache.Length(row) == 0)
            {
                // Every token so far is hidden: a row that sees none gets zeros.
                results[row] = zeros(count, width, device: qkv.device);
                continue;
            }
            var (keys, values) = cache.Row(row);
            var sees = arange(cache.Length(row), device: qkv.device).unsqueeze(0) < tensor(limits, device: qkv.device).unsqueeze(1);
            int shared = heads.Queries / heads.KeyValues;
            results[row] = Attend(queries, Repeated(keys, shared), Repeated(values, shared), sees).transpose(0, 1).reshape(count, width);
        }
        return cat(results, 0);
    }

    public LossParts LinearCrossEntropy(Tensor hidden, Tensor weight, Tensor targets, LossTerms terms) =>
        ReferenceLoss.Of(hidden.matmul(weight.t()), targets, terms);

    public Tensor TokenLosses(Tensor hidden, Tensor weight, Tensor targets, Tensor? correct = null)
    {
        using var noGrad = no_grad();
        return ReferenceLoss.PerRow(hidden.matmul(weight.t()), targets, correct);
    }

    public IPackedMatrix Pack(Tensor weight, bool outputsFirst, InferencePrecision precision) =>
        new ReferencePackedMatrix(weight, outputsFirst, precision);

    /// <summary>GELU in its tanh form.</summary>
    internal static Tensor Gelu(Tensor x) => 0.5 * x * (1 + tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    /// <summary>Every head several times, one after another.</summary>
    private static Tensor Repeated(Tensor heads, int times) =>
        times == 1 ? heads : heads.unsqueeze(1).expand(-1, times, -1, -1).reshape(-1, heads.shape[1], heads.shape[2]);

    /// <param name="q"><c>[B, H, T, D]</c>.</param>
    /// <param name="k"><c>[B, H, T, D]</c>.</param>
    /// <param name="v"><c>[B, H, T, D]</c>.</param>
    /// <param name="keys">Keys that may be seen, bool <c>[B, 1, 1, T]</c>; all when null.</param>
    /// <param name="dropout">Share of attention weights to drop.</param>
    private static Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor? keys, double dropout)
    {
        long length = q.shape[2];
        var sees = ones(length, length, dtype: ScalarType.Bool, device: q.device).tril();
        if (keys is not null)
            sees = sees.logical_and(keys);
        return Attend(q, k, v, sees, weights => dropout > 0 ? F.dropout(weights, dropout, true) : weights);
    }

    private static Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor sees, Func<Tensor, Tensor>? drop = null)
    {
        var scores = q.matmul(k.transpose(-2, -1)) / Math.Sqrt(q.shape[^1]);
        var weights = scores.masked_fill(sees.logical_not(), Hidden).softmax(-1) * sees.to_type(q.dtype);
        return (drop?.Invoke(weights) ?? weights).matmul(v);
    }
}
