namespace Tef.Core.Training;

/// <summary>Where a training run stands after a step.</summary>
public sealed record TrainingProgress
{
    /// <summary>Optimizer steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Share of the run that is done, by steps, epochs or clock, whichever ends it first; between 0 and 1.</summary>
    public required double Completed { get; init; }

    /// <summary>Passes over the training text, with fraction.</summary>
    public required double Epoch { get; init; }

    /// <summary>
    /// Mean nats per token of this step's batch, with label smoothing if there is one; the running average on steps that train on
    /// continuations alone.
    /// </summary>
    public required double Loss { get; init; }

    /// <summary>Unlikelihood loss of this step before its weight; not a number when none is asked for.</summary>
    public double Unlikelihood { get; init; } = double.NaN;

    /// <summary>Loss on the gates of token filters with its weight; not a number when there is none.</summary>
    public double GateLoss { get; init; } = double.NaN;

    /// <summary>2-norm of the gradient before clipping; not a number for a run that was taken up and has made no step yet.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Learning rate of this step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Tokens predicted so far.</summary>
    public required long TokensSeen { get; init; }

    /// <summary>Tokens per second over the recent steps; zero before the first.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Time since the start.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Time left as estimated.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>Share of tokens that each block computed in this step, <c>[L]</c>; empty for models without filters.</summary>
    public IReadOnlyList<float> KeptShare { get; init; } = [];

    /// <summary>
    /// Gates of this step's last batch, by block, <c>[L][B·T]</c>, nothing for blocks without a filter; empty unless
    /// <see cref="TrainingOptions.GateInterval"/> asks for them after this step.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<float>> Gates { get; init; } = [];

    /// <summary>Bytes that tensors hold outside the managed heap.</summary>
    public long NativeBytes { get; init; }

    /// <summary>Bytes of the managed heap.</summary>
    public long ManagedBytes { get; init; }

    /// <summary>
    /// The validation made after this step, if one was. The step that ends a run comes with the validation of the end; one that was
    /// reported before the caller cancelled comes a second time.
    /// </summary>
    public EvaluationResult? Validation { get; init; }
}
