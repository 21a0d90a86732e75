using Tef.Core.Data;

namespace Tef.Core.Training;

/// <summary>What a training run learns from.</summary>
/// <param name="Training">Text to learn from; at least one token longer than the context.</param>
/// <param name="Validation">Text to measure on while training, if any.</param>
public sealed record TrainingData(ITokenSource Training, ITokenSource? Validation = null)
{
    /// <summary>A teacher whose predictions are learnt beside the text, if any.</summary>
    public Distillation? Distillation { get; init; }
}
