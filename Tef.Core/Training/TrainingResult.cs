using System.Text.Json.Serialization;

namespace Tef.Core.Training;

/// <summary>Why a training run ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrainingEnd>))]
public enum TrainingEnd
{
    /// <summary>A limit of the options was reached.</summary>
    Completed,

    /// <summary>The caller cancelled.</summary>
    Cancelled,
}

/// <summary>What a training run did.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Steps">Optimizer steps done.</param>
/// <param name="TokensSeen">Tokens predicted.</param>
/// <param name="Seconds">Wall-clock seconds, validation included.</param>
/// <param name="TrainingLoss">Mean nats per token over the last steps (an exponential average).</param>
/// <param name="Validation">Of the weights that the model holds now; null without validation text.</param>
public sealed record TrainingResult(
    TrainingEnd End, long Steps, long TokensSeen, double Seconds, double TrainingLoss, EvaluationResult? Validation)
{
    /// <summary>Tokens predicted per wall-clock second.</summary>
    public double TokensPerSecond => Seconds > 0 ? TokensSeen / Seconds : 0;
}
