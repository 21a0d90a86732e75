using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Tef.Backends.Torch.Evaluation;
using Tef.Backends.Torch.Models;
using Tef.Core.Data;
using Tef.Core.Training;

namespace Tef.Backends.Torch.Training;

/// <summary>Measures the weights, or their average, on the validation text, and keeps the best.</summary>
internal sealed class Validator(
    LanguageModule module,
    Evaluator evaluator,
    ITokenSource text,
    TrainingOptions options,
    WeightSnapshot best,
    WeightAverage? average,
    ILogger logger)
{
    /// <summary>Validates during a run; the average of the weights if there is one.</summary>
    /// <param name="state">Learns of the result.</param>
    /// <param name="step">The step before, for metrics of training.</param>
    /// <param name="cancellation">Ends the validation without a result.</param>
    /// <returns>The time that it took.</returns>
    public TimeSpan Run(TrainingState state, TrainingProgress? step, CancellationToken cancellation)
    {
        average?.Swap();
        try
        {
            return RunOnWeights(state, step, cancellation);
        }
        finally
        {
            average?.Swap();
        }
    }

    /// <summary>Validates the weights that the module holds.</summary>
    /// <inheritdoc cref="Run"/>
    public TimeSpan RunOnWeights(TrainingState state, TrainingProgress? step, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            module.eval();
            var result = evaluator.Run(text, EvaluationOf(options), cancellation);
            logger.LogInformation("Validation: {Loss:F4} nats per token, perplexity {Perplexity:F2}", result.Loss, result.Perplexity);
            if (state.AddValidation(result, Monitored(result, step)) && options.KeepBest)
                best.Take();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            logger.LogDebug("A validation was cancelled");
        }
        finally
        {
            module.train();
        }
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>The metric that the options watch; null when this validation comes without a step and the metric is of steps.</summary>
    private double? Monitored(EvaluationResult result, TrainingProgress? step)
    {
        double? value = MonitoredMetric.NeedsValidation(options.Monitor)
            ? MonitoredMetric.Value(options.Monitor, result)
            : step is null ? null : MonitoredMetric.Value(options.Monitor, step);
        if (value is null && MonitoredMetric.NeedsValidation(options.Monitor))
        {
            throw new InvalidOperationException(
                $"Monitor is '{options.Monitor}', which the validation text does not give; the length of the text in bytes is not known.");
        }

        return value;
    }

    /// <summary>Documents keep to themselves in validation as they do in training.</summary>
    private static EvaluationOptions EvaluationOf(TrainingOptions options) => new()
    {
        BatchSize = options.BatchSize,
        SeparateDocuments = options.Packing.SeparateDocuments || options.Packing.Mode == PackingMode.Documents,
        RestartPositions = options.Packing.RestartPositions || options.Packing.Mode == PackingMode.Documents,
    };
}
