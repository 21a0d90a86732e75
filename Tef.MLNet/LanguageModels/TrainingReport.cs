using Microsoft.Extensions.Logging;
using Tef.Core.Training;

namespace Tef.MLNet.LanguageModels;

/// <summary>
/// Passes progress on to the caller, and the milestones of a run to the <see cref="Microsoft.ML.MLContext"/>'s log and the
/// application's.
/// </summary>
internal sealed class TrainingReport(ILogger logger, IProgress<TrainingProgress>? progress) : IProgress<TrainingProgress>
{
    private const int Milestones = 10;
    private int _reached;

    public void Starting(string backend, TrainingData data) => Say(
        $"Training on {data.Training.Count} tokens ({data.Training.TextBytes} bytes) with backend {backend}, validating on "
        + $"{data.Validation?.Count ?? 0} tokens.");

    public void Report(TrainingProgress value)
    {
        progress?.Report(value);
        if (value.Validation is { } validation)
        {
            Say($"Step {value.Step}: validation loss {validation.Loss:F4}, perplexity {validation.Perplexity:F2}, "
                + $"{validation.BitsPerByte:F4} bits per byte.");
        }

        int milestone = (int)(value.Completed * Milestones);
        if (milestone <= _reached)
            return;
        _reached = milestone;
        Say($"Step {value.Step}, {value.Completed:P0}: loss {value.Loss:F4}, {value.TokensPerSecond:F0} tokens/s, "
            + $"{value.Remaining:hh\\:mm\\:ss} left.");
    }

    public void Ended(TrainingResult result) => Say(
        $"Training {(result.End == TrainingEnd.Cancelled ? "was cancelled" : "ended")} after {result.Steps} steps, "
        + $"{result.TokensSeen} tokens and {result.Seconds:F1} s with a loss of {result.TrainingLoss:F4}"
        + (result.Validation is { } validation ? $", validation loss {validation.Loss:F4}." : "."));

    private void Say(string text) => logger.LogInformation("{Message}", text);
}
