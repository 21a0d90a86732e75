using Tef.Backends.Torch.Models;
using Tef.Core.Filtering;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>Losses on the gates, added to the language model's.</summary>
internal static class AuxiliaryLosses
{
    /// <summary>The weighted loss of a pass, or null when there is none.</summary>
    public static Tensor? Of(TefOptions? options, ForwardPass pass)
    {
        if (options is not { Loss: AuxiliaryLoss.GatedL1, LossWeight: > 0 })
            return null;
        var means = pass.Traces.Where(trace => trace is not null).Select(trace => trace!.OfReal(trace.Gates).mean()).ToArray();
        return means.Length == 0 ? null : stack(means).mean() * options.LossWeight;
    }
}
