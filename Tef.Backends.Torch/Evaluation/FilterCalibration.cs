using System.Runtime.InteropServices;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.Models;
using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Evaluation;

/// <summary>Finds the thresholds by which a trained model keeps a share of its tokens.</summary>
internal sealed class FilterCalibration(LanguageModule module, Evaluator evaluator)
{
    /// <exception cref="ArgumentException">The model has no filters, the text is too short, or the share is out of range.</exception>
    public FilterOverride Run(ITokenSource tokens, float keep, EvaluationOptions options, CancellationToken cancellation)
    {
        var budget = new FilterOverride(new Budget(keep));
        budget.Selector.Validate();
        var scores = new List<float>?[module.Options.LayerCount];
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        evaluator.Walk(tokens, options with { Filter = null }, budget, Collect, cancellation);
        if (scores.All(layer => layer is null))
            throw new ArgumentException("The model has no token filters to calibrate.");
        return budget with { Thresholds = [.. scores.Select(layer => layer is null ? float.MinValue : Threshold(layer))] };

        void Collect(ForwardPass pass)
        {
            for (int layer = 0; layer < scores.Length; layer++)
            {
                if (pass.Traces[layer] is { } trace)
                    (scores[layer] ??= []).AddRange(trace.Scores.reshape(-1).cpu().data<float>());
            }
        }

        float Threshold(List<float> layer) => ScoreThreshold.Of(CollectionsMarshal.AsSpan(layer), keep) ?? float.MinValue;
    }
}
