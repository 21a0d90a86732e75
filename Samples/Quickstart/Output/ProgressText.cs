using Tef.Core.Training;

namespace Tef.Samples.Quickstart.Output;

/// <summary>The words for a moment of training.</summary>
internal static class ProgressText
{
    public static string Describe(TrainingProgress progress, EvaluationResult? validation)
    {
        string text = $"loss {progress.Loss:F3}  {progress.TokensPerSecond:N0} tokens/s  {progress.Remaining:m\\:ss} left";
        return validation is null ? text : $"{text}  validation {validation.Loss:F3}";
    }
}
