using Tef.Backends.Torch.Decoding;
using Tef.Backends.Torch.Engine;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary>The fused kernels of the managed engine, by way of its internals; one file per operation.</summary>
internal sealed class ManagedTransformerKernels : ITransformerKernels
{
    private readonly ReferenceTransformerKernels _reference = new();

    public string Name => "managed-fused";

    public Tensor LinearGelu(Tensor input, Tensor weight, Tensor? bias) => FusedLinearGelu.Apply(input, weight, bias);

    public Tensor CausalAttention(Tensor qkv, int heads, SequenceLayout layout, Tensor? visible, double dropout) =>
        visible is null || layout.IsUniform
            ? FusedAttention.Apply(qkv, heads, layout, visible, dropout)
            : _reference.CausalAttention(qkv, heads, layout, visible, dropout);

    public Tensor CachedAttention(Tensor qkv, HeadLayout heads, SequenceLayout layout, Tensor? visible, KeyValueCache cache) =>
        visible is null
            ? FusedCachedAttention.Apply(qkv, heads, layout, cache)
            : _reference.CachedAttention(qkv, heads, layout, visible, cache);

    public LossParts LinearCrossEntropy(Tensor hidden, Tensor weight, Tensor targets, LossTerms terms) =>
        FusedCrossEntropy.Mean(hidden, weight, targets, terms);

    public Tensor TokenLosses(Tensor hidden, Tensor weight, Tensor targets, Tensor? correct = null) =>
        FusedCrossEntropy.PerRow(hidden, weight, targets, correct);

    public IPackedMatrix Pack(Tensor weight, bool outputsFirst, InferencePrecision precision) =>
        new FusedPackedMatrix(weight, outputsFirst, precision);
}
