using Tef.Backends.Torch.Filtering;
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
        if (options is null or { Loss: AuxiliaryLoss.None } or { LossWeight: <= 0 })
            return null;
        var losses = new List<Tensor>();
        for (int block = 0; block < pass.Traces.Length; block++)
        {
            if (pass.Traces[block] is not { } trace)
                continue;
            var mean = trace.OfReal(trace.Gates).mean();
            losses.Add(options.Loss == AuxiliaryLoss.Budget ? (mean - Target(options, block, pass)).square() : mean);
        }
        return losses.Count == 0 ? null : stack(losses).mean() * options.LossWeight;
    }

    private static double Target(TefOptions options, int block, ForwardPass pass) =>
        KeepSchedule.Of(options.KeepOf(block, pass.Traces.Length) ?? options.TargetKeep, pass.KeepProgress);
}
