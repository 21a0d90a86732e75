using Tef.Core.Training;

namespace Tef.Samples.Common;

/// <summary>The words for a moment of training.</summary>
public static class ProgressText
{
    public static string Describe(TrainingProgress progress, EvaluationResult? validation)
    {
        TimeSpan left = progress.Remaining;
        string remaining = left.TotalHours >= 1 ? $"{(int)left.TotalHours}:{left:mm\\:ss}" : $"{left:m\\:ss}";
        string text = $"loss {progress.Loss:F3}  {progress.TokensPerSecond:N0} tokens/s  {remaining} left";
        return validation is null ? text : $"{text}  validation {validation.Loss:F3}";
    }

    public static string Describe(EvaluationResult validation) => double.IsNaN(validation.BitsPerByte)
        ? $"validation loss {validation.Loss:F4}, perplexity {validation.Perplexity:F2}"
        : $"validation loss {validation.Loss:F4}, perplexity {validation.Perplexity:F2}, {validation.BitsPerByte:F4} bits per byte";
}
