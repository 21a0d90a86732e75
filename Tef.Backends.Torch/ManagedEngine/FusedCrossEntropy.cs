using Tef.Backends.Torch.Engine;
using Tef.Core.Data;
using TorchSharp;
using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary>
/// Head and loss together. The gradients are computed in the forward pass, block by block, because the logits are at hand there;
/// the backward pass scales them.
/// </summary>
internal static unsafe class FusedCrossEntropy
{
    /// <inheritdoc cref="ITransformerKernels.LinearCrossEntropy" />
    public static LossParts Mean(Tensor hidden, Tensor weight, Tensor targets, LossTerms terms)
    {
        var x = hidden.contiguous();
        var ids = targets.contiguous();
        int rows = (int)x.shape[0], width = (int)x.shape[1], classes = (int)weight.shape[0];
        int counted = rows - new ReadOnlySpan<long>(ids.Impl.As<long>(), rows).Count(TokenBatch.IgnoredTarget);
        bool record = Fused.Needs(hidden, weight);
        using var scope = NewDisposeScope();
        var losses = empty(rows);
        var unlikelihoods = terms.Unlikely is null ? null : empty(rows);
        var dHidden = record ? empty(rows, width) : null;
        var dWeight = record ? empty(classes, width) : null;
        var candidates = terms.Unlikely;
        fixed (int* offsets = candidates is null ? default : candidates.Offsets, tokens = candidates is null ? default : candidates.Tokens)
        fixed (float* counts = candidates is null ? default : candidates.Counts)
        {
            var unlikely = candidates is null
                ? default
                : new UnlikelyClasses(offsets, tokens, counts, UnlikelyTokens.SmallestRest, unlikelihoods!.Impl.As<float>())
                {
                    Scale = (float)(terms.UnlikelyWeight / candidates.Total),
                };
            LinearCrossEntropy.ForwardBackward(
                x.Impl.As<float>(), weight.Impl.As<float>(), rows, width, classes, ids.Impl.As<long>(), TokenBatch.IgnoredTarget,
                (float)terms.LabelSmoothing, losses.Impl.As<float>(), null, counted == 0 ? 0f : 1f / counted,
                dHidden is null ? null : dHidden.Impl.As<float>(), dWeight is null ? null : dWeight.Impl.As<float>(), unlikely);
        }
        var mean = counted == rows ? losses.mean() : losses.sum() / (counted == 0 && candidates is not null ? 1f : counted);
        double crossEntropy = mean.item<float>(), unlikelihood = 0;
        if (candidates is not null)
        {
            var sum = unlikelihoods!.sum() / candidates.Total;
            unlikelihood = sum.item<float>();
            mean += sum * terms.UnlikelyWeight;
        }
        if (record)
            mean = Fused.Record(mean, [hidden, weight], [dHidden, dWeight], Backward, "LinearCrossEntropy");
        return new LossParts(mean.MoveToOuterDisposeScope(), crossEntropy, unlikelihood);
    }

    /// <inheritdoc cref="ITransformerKernels.TokenLosses" />
    public static Tensor PerRow(Tensor hidden, Tensor weight, Tensor targets, Tensor? correct)
    {
        using var noGrad = no_grad();
        var x = hidden.contiguous();
        var ids = targets.contiguous();
        var losses = empty(x.shape[0]);
        LinearCrossEntropy.Forward(
            x.Impl.As<float>(), weight.Impl.As<float>(), x.shape[0], (int)x.shape[1], (int)weight.shape[0], ids.Impl.As<long>(),
            TokenBatch.IgnoredTarget, 0f, losses.Impl.As<float>(), correct is null ? null : correct.Impl.As<byte>());
        return losses;
    }

    private static Tensor?[] Backward(Node node, Tensor gradient)
    {
        float scale = gradient.item<float>();
        return [node.Needs(0) ? Scaled(node.Saved(0), scale) : null, node.Needs(1) ? Scaled(node.Saved(1), scale) : null];
    }

    private static Tensor Scaled(Tensor gradient, float scale) => scale == 1f ? gradient.alias() : gradient * scale;
}
