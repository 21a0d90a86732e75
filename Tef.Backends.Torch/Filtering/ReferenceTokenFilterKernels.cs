using static TorchSharp.torch;

namespace Tef.Backends.Torch.Filtering;

/// <summary>Plain tensor operations: what every device can run, and what the other kernels are held against.</summary>
public sealed class ReferenceTokenFilterKernels : ITokenFilterKernels
{
    /// <inheritdoc />
    public string Name => "reference";

    /// <inheritdoc />
    public int Priority => 0;

    /// <inheritdoc />
    public bool CanServe(Device device, out string reason)
    {
        reason = "";
        return true;
    }

    /// <inheritdoc />
    public Tensor KeepMask(Tensor gates, Tensor? active, float tau)
    {
        ArgumentNullException.ThrowIfNull(gates);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var weights = active is null ? gates : gates * active.to_type(gates.dtype);
        var shares = weights / weights.sum(-1, keepdim: true);
        var (sorted, order) = shares.sort(-1, descending: true, stable: true);
        var kept = sorted.cumsum(-1) <= tau;
        kept.narrow(-1, 0, 1).fill_(true);
        var keep = zeros_like(kept).scatter(-1, order, kept);
        if (active is not null)
            keep = keep.logical_and(active);
        return keep.MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public Tensor Compact(Tensor rows, Tensor index)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.index_select(0, index);
    }

    /// <inheritdoc />
    public Tensor Expand(Tensor rows, Tensor index, Tensor packed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.index_copy(0, index, packed);
    }
}
