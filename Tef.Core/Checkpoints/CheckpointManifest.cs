using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Core.Checkpoints;

/// <summary>Where a training run stood, and what its tensors were when it stood there.</summary>
public sealed record CheckpointManifest
{
    /// <summary>The version of the format that this code writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the format.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Optimizer steps done. Batches and dropout are functions of seed and step, so this is also their position.</summary>
    public required long Step { get; init; }

    /// <summary>The model.</summary>
    public required LanguageModelOptions Model { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>A fingerprint of the training text.</summary>
    public required string Text { get; init; }

    /// <summary>The resolved configuration of the run, as <see cref="CheckpointOptions.Configuration"/> gave it.</summary>
    public string? Configuration { get; init; }

    /// <summary>Threads of the tensor engine, on whose number the last bits of sums may depend; zero when not known.</summary>
    public int Threads { get; init; }

    /// <summary>Seconds of training so far.</summary>
    public required double Seconds { get; init; }

    /// <summary>The running average of the training loss, nats per token.</summary>
    public required double AverageLoss { get; init; }

    /// <summary>The latest validation.</summary>
    public EvaluationResult? Validation { get; init; }

    /// <summary>The best validation so far.</summary>
    public EvaluationResult? BestValidation { get; init; }

    /// <summary>The monitored metric of the best validation.</summary>
    public double? BestMetric { get; init; }

    /// <summary>Validations since the best one.</summary>
    public int ValidationsSinceBest { get; init; }

    /// <summary>Whether a validation was to follow this step and was not made before the run was interrupted.</summary>
    public bool ValidationDue { get; init; }

    /// <summary>
    /// <see cref="TrainingOptions.Monitor"/> of exactly these weights (their moving average where there is one); null when it was not
    /// measured.
    /// </summary>
    public double? Metric { get; init; }

    /// <summary>Length of the file of tensors.</summary>
    public long Bytes { get; init; }

    /// <summary>SHA-256 of the file of tensors, in hexadecimal.</summary>
    public string Sha256 { get; init; } = "";
}
