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
    /// <param name="hidden"><c>[N, C]</c>.</param>
    /// <param name="weight"><c>[V, C]</c>.</param>
    /// <param name="targets">int64 <c>[N]</c>.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Mean(Tensor hidden, Tensor weight, Tensor targets)
    {
        var x = hidden.contiguous();
        var ids = targets.contiguous();
        long rows = x.shape[0];
        int width = (int)x.shape[1], classes = (int)weight.shape[0];
        long counted = rows - CountIgnored(ids);
        bool record = Fused.Needs(hidden, weight);
        using var scope = NewDisposeScope();
        var losses = empty(rows);
        var dHidden = record ? empty(rows, width) : null;
        var dWeight = record ? empty(classes, width) : null;
        if (record)
        {
            LinearCrossEntropy.ForwardBackward(
                x.Impl.As<float>(), weight.Impl.As<float>(), rows, width, classes, ids.Impl.As<long>(), TokenBatch.IgnoredTarget, 0f,
                losses.Impl.As<float>(), null, 1f / counted, dHidden!.Impl.As<float>(), dWeight!.Impl.As<float>());
        }
        else
        {
            LinearCrossEntropy.Forward(
                x.Impl.As<float>(), weight.Impl.As<float>(), rows, width, classes, ids.Impl.As<long>(), TokenBatch.IgnoredTarget, 0f,
                losses.Impl.As<float>());
        }
        var mean = counted == rows ? losses.mean() : losses.sum() / (float)counted;
        if (record)
            mean = Fused.Record(mean, [hidden, weight], [dHidden, dWeight], Backward, "LinearCrossEntropy");
        return mean.MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="Engine.ITransformerKernels.TokenLosses" />
    public static Tensor PerRow(Tensor hidden, Tensor weight, Tensor targets)
    {
        using var noGrad = no_grad();
        var x = hidden.contiguous();
        var ids = targets.contiguous();
        var losses = empty(x.shape[0]);
        LinearCrossEntropy.Forward(
            x.Impl.As<float>(), weight.Impl.As<float>(), x.shape[0], (int)x.shape[1], (int)weight.shape[0], ids.Impl.As<long>(),
            TokenBatch.IgnoredTarget, 0f, losses.Impl.As<float>());
        return losses;
    }

    private static long CountIgnored(Tensor ids) =>
        new ReadOnlySpan<long>(ids.Impl.As<long>(), checked((int)ids.numel())).Count(TokenBatch.IgnoredTarget);

    private static Tensor?[] Backward(Node node, Tensor gradient)
    {
        float scale = gradient.item<float>();
        return [node.Needs(0) ? Scaled(node.Saved(0), scale) : null, node.Needs(1) ? Scaled(node.Saved(1), scale) : null];
    }

    private static Tensor Scaled(Tensor gradient, float scale) => scale == 1f ? gradient.alias() : gradient * scale;
}
