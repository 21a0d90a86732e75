using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Models;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>
/// The learning-rate range test (Smith, "Cyclical learning rates for training neural networks", 2017): the rate rises by a constant
/// factor from step to step until the loss explodes. The weights are put back.
/// </summary>
internal sealed class LearningRateFinder(LanguageModule module, ITransformerKernels kernels, Device device)
{
    private const double Smoothing = 0.9;

    public LearningRateCurve Run(
        TrainingData data,
        TrainingOptions options,
        LearningRateSearchOptions search,
        IProgress<LearningRatePoint>? progress,
        CancellationToken cancellation)
    {
        options.Validate();
        search.Validate();
        options = options with { SequenceUnlikelihood = null };
        using var plan = new RunPlan(data.Training, options, module.Options.Context);
        using var before = new WeightSnapshot(module);
        using var optimizers = new Optimizers(module, options);
        var gradients = new GradientStep(module, kernels, device, plan, options);
        var points = new List<LearningRatePoint>();
        double average = 0, lowest = double.PositiveInfinity;
        before.Take();
        module.train();
        try
        {
            for (int step = 0; step < search.Steps && !cancellation.IsCancellationRequested; step++)
            {
                using var scope = NewDisposeScope();
                double rate = search.Lowest * Math.Pow(search.Highest / search.Lowest, (double)step / (search.Steps - 1));
                optimizers.ZeroGradients();
                double loss = gradients.Run(step, wantGates: false).Loss;
                if (!double.IsFinite(loss))
                    break;
                average = (Smoothing * average) + ((1 - Smoothing) * loss);
                double smoothed = average / (1 - Math.Pow(Smoothing, step + 1));
                lowest = Math.Min(lowest, smoothed);
                points.Add(new LearningRatePoint(rate, loss, smoothed));
                progress?.Report(points[^1]);
                if (smoothed > search.StopAt * lowest)
                    break;
                optimizers.Step(rate / options.LearningRate);
            }
        }
        finally
        {
            before.Restore();
            optimizers.ZeroGradients();
            module.eval();
        }

        return LearningRateCurve.Of(points);
    }
}
