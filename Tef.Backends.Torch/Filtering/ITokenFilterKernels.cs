using static TorchSharp.torch;

namespace Tef.Backends.Torch.Filtering;

/// <summary>
/// What the token filter computes on tensors: which tokens to keep, packing them together, and putting them back. An application
/// may register implementations of its own; options choose one by name.
/// </summary>
public interface ITokenFilterKernels
{
    /// <summary>The name by which options choose these kernels.</summary>
    string Name { get; }

    /// <summary>Higher is faster; <c>auto</c> takes the highest that can serve.</summary>
    int Priority { get; }

    /// <summary>Whether these kernels can work on a device here and now.</summary>
    /// <param name="device">The device of the model.</param>
    /// <param name="reason">Why not, when they cannot.</param>
    bool CanServe(Device device, out string reason);

    /// <summary>
    /// Keeps the tokens with the largest shares <c>g/Σg</c> while the running sum of the shares, in descending order, is at most
    /// <paramref name="tau"/>; the top token always. Shares and their running sum are rounded as PyTorch rounds them.
    /// </summary>
    /// <param name="gates">Gates, float32 <c>[B, T]</c>.</param>
    /// <param name="active">Tokens that take part, bool <c>[B, T]</c>; all when null. Others are never kept.</param>
    /// <param name="tau">Share of the total gate to keep.</param>
    /// <returns>bool <c>[B, T]</c>, without gradient.</returns>
    Tensor KeepMask(Tensor gates, Tensor? active, float tau);

    /// <summary>Packs the rows that are kept, in their order. Carries gradients.</summary>
    /// <param name="rows"><c>[N, C]</c>.</param>
    /// <param name="index">The kept rows in ascending order, int64 <c>[K]</c>.</param>
    /// <returns><c>[K, C]</c>.</returns>
    Tensor Compact(Tensor rows, Tensor index);

    /// <summary>Puts packed rows back; the other rows pass unchanged. Carries gradients.</summary>
    /// <param name="rows">All rows, <c>[N, C]</c>.</param>
    /// <param name="index">Where the packed rows belong, int64 <c>[K]</c>, no repeats.</param>
    /// <param name="packed"><c>[K, C]</c>.</param>
    /// <returns><c>[N, C]</c>.</returns>
    Tensor Expand(Tensor rows, Tensor index, Tensor packed);

    /// <summary><c>h·g</c>, and zeros for rows that are not kept. Carries gradients.</summary>
    /// <param name="rows"><c>h</c>, <c>[N, C]</c>.</param>
    /// <param name="gate"><c>g</c>, <c>[N, 1]</c>.</param>
    /// <param name="keep">Rows that are kept, bool <c>[N]</c>; all when null.</param>
    /// <returns><c>[N, C]</c>.</returns>
    Tensor Gate(Tensor rows, Tensor gate, Tensor? keep)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var gated = rows * gate;
        return keep is null ? gated : gated * keep.unsqueeze(-1).to_type(gated.dtype);
    }

    /// <summary>
    /// <c>h + r·(f − h)</c> with <c>r = 2·g</c>, written as <c>f + (f − h)·(2·g − 1)</c> so that a gate of one half gives
    /// <c>f</c> to the last bit. Carries gradients.
    /// </summary>
    /// <param name="rows"><c>h</c>, <c>[N, C]</c>.</param>
    /// <param name="computed"><c>f</c>, what the block made of them, <c>[N, C]</c>.</param>
    /// <param name="gate"><c>g</c>, <c>[N, 1]</c>.</param>
    /// <returns><c>[N, C]</c>.</returns>
    Tensor Blend(Tensor rows, Tensor computed, Tensor gate)
    {
        ArgumentNullException.ThrowIfNull(computed);
        return computed + ((computed - rows) * ((gate * 2) - 1));
    }
}
