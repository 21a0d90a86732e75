using Tef.Backends.Torch.Engine;
using Tef.Core.Filtering;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models;

/// <summary>What one forward pass is for, and what the token filters did in it.</summary>
/// <param name="layers">Number of blocks.</param>
internal sealed class ForwardPass(int layers)
{
    /// <summary>Whether dropout is active and controllers learn.</summary>
    public bool Training { get; init; }

    /// <summary>Whether filters drop tokens; gates are computed anyway.</summary>
    public bool FilterTokens { get; init; }

    /// <summary>How far the kept share of budgets has come from 1 to its value, between 0 and 1.</summary>
    public double KeepProgress { get; init; } = 1;

    /// <summary>Decides in place of the model's own selectors; null for those.</summary>
    public FilterOverride? Filter { get; init; }

    /// <summary>Embeddings of the tokens without positions, <c>[B·T, C]</c>; what filters score that look at the token alone.</summary>
    public Tensor? Embeddings { get; set; }

    /// <summary>Whether the first row of each sequence is the first token of its text.</summary>
    public bool StartsAtZero { get; init; } = true;

    /// <summary>The runs of tokens that attend to each other when they are not whole rows of the batch, over <c>[B·T]</c>.</summary>
    public SequenceLayout? Runs { get; init; }

    /// <summary>Position of each token, int64 <c>[B·T]</c>; its place in the row when null.</summary>
    public Tensor? Positions { get; init; }

    /// <summary>Tokens that are no padding, bool <c>[B, T]</c>; all when null.</summary>
    public Tensor? Real { get; init; }

    /// <summary>The rows of a batch as the runs of them that attend to each other.</summary>
    /// <param name="layout">B sequences of T rows.</param>
    public SequenceLayout RunsOf(SequenceLayout layout) => Runs?.WithPositions(layout.Positions) ?? layout;

    /// <summary>What each block's filter did, <c>[L]</c>; null for blocks without one.</summary>
    public FilterTrace?[] Traces { get; } = new FilterTrace?[layers];

    /// <summary>Matrices to use in place of the module's own; null while training and in float32.</summary>
    public InferenceWeights? Weights { get; init; }

    /// <summary>How rows attend: over themselves, or over a cache.</summary>
    public required IAttentionPath Attention { get; init; }

    /// <summary>Share of the tokens that each block computed, <c>[L]</c>; 1 for blocks without a filter.</summary>
    public float[] KeptShare() => Array.ConvertAll(Traces, trace => trace?.KeptShare ?? 1f);
}

/// <summary>What the filter of one block did.</summary>
/// <param name="Scores"><c>[B, T]</c>.</param>
/// <param name="Gates"><c>[B, T]</c>, with gradient.</param>
/// <param name="Keep">bool <c>[B, T]</c>; null when nothing was dropped.</param>
/// <param name="Real">Tokens that are no padding, bool <c>[B, T]</c>; all when null.</param>
internal sealed record FilterTrace(Tensor Scores, Tensor Gates, Tensor? Keep, Tensor? Real = null)
{
    /// <summary>Share of the tokens that were kept.</summary>
    public float KeptShare => Keep is null ? 1 : OfReal(Keep).to_type(ScalarType.Float32).mean().item<float>();

    /// <summary>The values of tokens that are no padding.</summary>
    /// <param name="values"><c>[B, T]</c>.</param>
    public Tensor OfReal(Tensor values) => Real is null ? values : values.masked_select(Real);
}

/// <summary>How the rows of a block attend to keys.</summary>
internal interface IAttentionPath
{
    /// <param name="block">The block, counted from zero.</param>
    /// <param name="qkv"><c>[N, (H + 2·G)·D]</c>.</param>
    /// <param name="heads">How the columns are heads.</param>
    /// <param name="layout">How the sequences lie in the rows.</param>
    /// <param name="visible">Rows that may be attended to, bool <c>[N]</c>; all when null.</param>
    /// <param name="dropout">Share of attention weights to drop.</param>
    /// <returns><c>[N, H·D]</c>.</returns>
    Tensor Attend(int block, Tensor qkv, HeadLayout heads, SequenceLayout layout, Tensor? visible, double dropout);
}

/// <summary>Every sequence attends to itself, causally.</summary>
internal sealed class SelfAttentionPath(ITransformerKernels kernels) : IAttentionPath
{
    public Tensor Attend(int block, Tensor qkv, HeadLayout heads, SequenceLayout layout, Tensor? visible, double dropout) =>
        kernels.CausalAttention(heads.Repeat(qkv), heads.Queries, layout, visible, dropout);
}
