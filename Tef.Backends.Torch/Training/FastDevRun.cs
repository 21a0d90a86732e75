using Tef.Core.Data;
using Tef.Core.Tracking;
using Tef.Core.Training;

namespace Tef.Backends.Torch.Training;

/// <summary>Cuts a run down to one step and one batch of validation.</summary>
internal static class FastDevRun
{
    public static (TrainingData Data, TrainingOptions Options) Apply(TrainingData data, TrainingOptions options, int context)
    {
        if (!options.FastDevRun)
            return (data, options);
        long batch = ((long)options.BatchSize * context) + 1;
        var validation = data.Validation is { } text && text.Count > batch ? new SliceTokenSource(text, 0, batch) : data.Validation;
        string monitor = validation == data.Validation ? options.Monitor : MetricNames.ValidLoss;
        return (
            data with { Validation = validation },
            options with { Epochs = 0, MaxSteps = 1, MaxMinutes = 0, Checkpoints = null, Monitor = monitor });
    }
}
