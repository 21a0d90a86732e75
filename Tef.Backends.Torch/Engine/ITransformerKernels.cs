using Tef.Backends.Torch.Decoding;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Engine;

/// <summary>
/// The parts of a transformer that a tensor engine can do in one pass. Everything else in the models is plain TorchSharp. All
/// results carry gradients where their inputs do.
/// </summary>
internal interface ITransformerKernels
{
    /// <summary>The name that logs and benchmarks show.</summary>
    string Name { get; }

    /// <summary><c>gelu_new(x·W + b)</c> with the tanh form of GELU (Hendrycks and Gimpel, 2016).</summary>
    /// <param name="input">Rows, <c>[N, I]</c>.</param>
    /// <param name="weight"><c>[I, O]</c>.</param>
    /// <param name="bias"><c>[O]</c>, or none.</param>
    /// <returns><c>[N, O]</c>.</returns>
    Tensor LinearGelu(Tensor input, Tensor weight, Tensor? bias);

    /// <summary>Causal self-attention of every sequence over itself.</summary>
    /// <param name="qkv">Queries, keys and values of each row side by side, <c>[N, 3·C]</c>.</param>
    /// <param name="heads">Number of heads, <c>H</c>; C is a multiple of it.</param>
    /// <param name="layout">How the sequences lie in the rows.</param>
    /// <param name="visible">Rows that may be attended to, bool <c>[N]</c>; all when null. A row that sees none gets zeros.</param>
    /// <param name="dropout">Share of attention weights to drop.</param>
    /// <returns><c>[N, C]</c>.</returns>
    Tensor CausalAttention(Tensor qkv, int heads, SequenceLayout layout, Tensor? visible, double dropout);

    /// <summary>Appends the keys and values of new rows to a cache and lets the rows attend to it, each up to itself.</summary>
    /// <param name="qkv">The new rows, <c>[N, (H + 2·G)·D]</c>.</param>
    /// <param name="heads">How the columns are heads.</param>
    /// <param name="layout">Which sequence of the cache each row belongs to.</param>
    /// <param name="visible">Rows whose keys and values are stored, bool <c>[N]</c>; all when null.</param>
    /// <param name="cache">The keys and values so far, of G heads; it grows.</param>
    /// <returns><c>[N, H·D]</c>.</returns>
    Tensor CachedAttention(Tensor qkv, HeadLayout heads, SequenceLayout layout, Tensor? visible, KeyValueCache cache);

    /// <summary>
    /// Mean cross-entropy of <c>softmax(x·Wᵀ)</c> over the rows with a target, with what else the loss is made of, without keeping all
    /// logits.
    /// </summary>
    /// <param name="hidden">Rows, <c>[N, C]</c>.</param>
    /// <param name="weight">The head, <c>[V, C]</c>.</param>
    /// <param name="targets">Token ids, int64 <c>[N]</c>; rows with <see cref="Core.Data.TokenBatch.IgnoredTarget"/> do not count.</param>
    /// <param name="terms">What else.</param>
    LossParts LinearCrossEntropy(Tensor hidden, Tensor weight, Tensor targets, LossTerms terms);

    /// <summary>Cross-entropy of each row, without gradient.</summary>
    /// <param name="hidden">Rows, <c>[N, C]</c>.</param>
    /// <param name="weight">The head, <c>[V, C]</c>.</param>
    /// <param name="targets">Token ids, int64 <c>[N]</c>; rows with <see cref="Core.Data.TokenBatch.IgnoredTarget"/> have no loss.</param>
    /// <param name="correct">Receives whether the target has the highest logit, bool <c>[N]</c>, when given.</param>
    /// <returns>Nats, <c>[N]</c>.</returns>
    Tensor TokenLosses(Tensor hidden, Tensor weight, Tensor targets, Tensor? correct = null);

    /// <summary>Stores a copy of a matrix in fewer bits, for inference.</summary>
    /// <param name="weight"><c>[I, O]</c>, or <c>[O, I]</c> with <paramref name="outputsFirst"/>.</param>
    /// <param name="outputsFirst">The layout.</param>
    /// <param name="precision">How to store it; not float32.</param>
    IPackedMatrix Pack(Tensor weight, bool outputsFirst, InferencePrecision precision);
}

/// <summary>Short forms.</summary>
internal static class TransformerKernelsExtensions
{
    /// <summary>Mean cross-entropy alone.</summary>
    /// <inheritdoc cref="ITransformerKernels.LinearCrossEntropy"/>
    /// <returns>A scalar with gradient.</returns>
    public static Tensor LinearCrossEntropy(this ITransformerKernels kernels, Tensor hidden, Tensor weight, Tensor targets) =>
        kernels.LinearCrossEntropy(hidden, weight, targets, LossTerms.Plain).Total;
}
