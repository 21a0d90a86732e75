using System.Text.Json.Serialization;
using Tef.Core.Data;
using Tef.Core.Tracking;

namespace Tef.Core.Training;

/// <summary>How to train a model. Training ends at the first of the limits that are set.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training text; no limit when zero.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Optimizer steps; no limit when zero.</summary>
    public int MaxSteps { get; init; }

    /// <summary>Wall-clock minutes, validation included; no limit when zero. The schedule follows the clock then.</summary>
    [JsonPropertyName("minutes")]
    public double MaxMinutes { get; init; }

    /// <summary>Sequences of a forward pass, <c>B</c>.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Tokens of a training sequence; the model's context when zero.</summary>
    public int SequenceLength { get; init; }

    /// <summary>How the text becomes training sequences.</summary>
    public PackingOptions Packing { get; init; } = new();

    /// <summary>Batches that a worker reads ahead; read when they are needed when zero. The run is the same.</summary>
    public int PrefetchBatches { get; init; } = 2;

    /// <summary>Forward passes whose gradients are averaged in one step.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>
    /// Tokens of one step, in place of <see cref="GradientAccumulation"/>: as many forward passes as it takes to see at least so
    /// many. Not used when zero.
    /// </summary>
    public int TokensPerStep { get; init; }

    /// <summary>What turns gradients into steps.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Highest learning rate (of AdamW and SGD).</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Highest learning rate of the matrices under <see cref="OptimizerKind.Muon"/>.</summary>
    public double MatrixLearningRate { get; init; } = 0.02;

    /// <summary>How the learning rate moves after the warm-up.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Steps in which the learning rate rises linearly from zero.</summary>
    public int WarmupSteps { get; init; } = 50;

    /// <summary>Learning rate at the end (of every cycle) as a share of the highest, for schedules that fall to an end.</summary>
    public double FinalLearningRateShare { get; init; } = 0.1;

    /// <summary>Factor per epoch of <see cref="LearningRateSchedule.ExponentialPerEpoch"/>.</summary>
    public double EpochDecay { get; init; } = 0.9;

    /// <summary>Share of training in which <see cref="LearningRateSchedule.WarmupStableDecay"/> falls.</summary>
    public double DecayShare { get; init; } = 0.2;

    /// <summary>Cycles of <see cref="LearningRateSchedule.CosineWithRestarts"/>.</summary>
    public int Cycles { get; init; } = 4;

    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Share of the step before that <see cref="OptimizerKind.Sgd"/> repeats.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Looks ahead by the momentum (Nesterov, 1983), for <see cref="OptimizerKind.Sgd"/>.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight decay (decoupled but for SGD) of matrices and embeddings; vectors are not decayed.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Longest gradient (2-norm over all weights); longer ones are scaled down. No limit when zero.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Largest element of a gradient by magnitude; larger ones are cut, before <see cref="ClipNorm"/>. No limit when zero.
    /// </summary>
    public double ClipValue { get; init; }

    /// <summary>Share of each target that is spread over the whole vocabulary (Szegedy et al., 2016).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// Weight α of the unlikelihood loss on tokens (Welleck et al., 2019): −ln(1 − p) of every earlier target of the sequence that is
    /// not the target now, averaged over all of them. None when zero.
    /// </summary>
    public double UnlikelihoodAlpha { get; init; }

    /// <summary>Unlikelihood on the model's own continuations; none when null.</summary>
    public SequenceUnlikelihoodOptions? SequenceUnlikelihood { get; init; }

    /// <summary>
    /// Decay per step of a moving average of the weights, which is validated, kept and saved in their place; it is smaller in the
    /// first steps, (1 + n)/(10 + n). No average when zero.
    /// </summary>
    public double EmaDecay { get; init; }

    /// <summary>
    /// When to validate: steps between validations, a share of an epoch when below 1, once per epoch when zero. The end is always
    /// validated.
    /// </summary>
    public double ValidationInterval { get; init; }

    /// <summary>
    /// The metric that decides which weights and checkpoints are best and when training is stuck: a name of
    /// <see cref="MonitoredMetric"/>.
    /// </summary>
    public string Monitor { get; init; } = MetricNames.ValidLoss;

    /// <summary>Which values of <see cref="Monitor"/> are better.</summary>
    public MetricGoal MonitorGoal { get; init; }

    /// <summary>Keeps the weights of the best validation instead of the last ones.</summary>
    public bool KeepBest { get; init; } = true;

    /// <summary>Validations without a better <see cref="Monitor"/> after which training ends; no such limit when zero.</summary>
    public int EarlyStoppingPatience { get; init; }

    /// <summary>
    /// Trains on this many batches again and again, to see whether a model can learn at all; on the whole text when zero.
    /// </summary>
    public int OverfitBatches { get; init; }

    /// <summary>Runs one step and validates one batch, without checkpoints, to see whether everything is in order.</summary>
    public bool FastDevRun { get; init; }

    /// <summary>
    /// Refuses what makes two runs differ: a schedule that follows the clock, and a checkpoint made with another number of threads.
    /// <see cref="MaxMinutes"/> may still end a run whose schedule follows <see cref="MaxSteps"/> or <see cref="Epochs"/>.
    /// </summary>
    public bool Deterministic { get; init; }

    /// <summary>Steps between reports of all gates; none when zero.</summary>
    public int GateInterval { get; init; }

    /// <summary>Checkpoints to resume from; none are made when null.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Orders the sequences and drives dropout: the same seed gives the same run.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        OptionGuard.AtLeast(Epochs, 0);
        OptionGuard.AtLeast(MaxSteps, 0);
        OptionGuard.AtLeast(MaxMinutes, 0);
        if (Epochs == 0 && MaxSteps == 0 && MaxMinutes == 0)
            throw new ArgumentException("One of Epochs, MaxSteps and MaxMinutes must be set, or training would never end.");
        OptionGuard.AtLeast(BatchSize, 1);
        OptionGuard.AtLeast(SequenceLength, 0);
        ArgumentNullException.ThrowIfNull(Packing);
        Packing.Validate();
        if (SequenceLength > 0)
            _ = Packing.StrideOf(SequenceLength);
        OptionGuard.Between(PrefetchBatches, 0, 1024);
        OptionGuard.AtLeast(GradientAccumulation, 1);
        OptionGuard.AtLeast(TokensPerStep, 0);
        OptionGuard.Positive(LearningRate);
        OptionGuard.Positive(MatrixLearningRate);
        OptionGuard.AtLeast(WarmupSteps, 0);
        OptionGuard.Between(FinalLearningRateShare, 0, 1);
        OptionGuard.Positive(EpochDecay);
        OptionGuard.Between(EpochDecay, 0, 1);
        OptionGuard.Between(DecayShare, 0, 1);
        OptionGuard.AtLeast(Cycles, 1);
        OptionGuard.Between(Momentum, 0, 0.999999);
        if (Nesterov && Momentum == 0)
            throw new ArgumentException("Nesterov needs a Momentum above zero.", nameof(Nesterov));
        OptionGuard.Between(Beta1, 0, 0.999999);
        OptionGuard.Between(Beta2, 0, 0.999999);
        OptionGuard.Positive(Epsilon);
        OptionGuard.AtLeast(WeightDecay, 0);
        OptionGuard.AtLeast(ClipNorm, 0);
        OptionGuard.AtLeast(ClipValue, 0);
        OptionGuard.Between(LabelSmoothing, 0, 1);
        OptionGuard.AtLeast(UnlikelihoodAlpha, 0);
        SequenceUnlikelihood?.Validate();
        OptionGuard.Between(EmaDecay, 0, 0.9999999);
        OptionGuard.AtLeast(ValidationInterval, 0);
        if (ValidationInterval > 1 && ValidationInterval != Math.Floor(ValidationInterval))
        {
            throw new ArgumentOutOfRangeException(
                nameof(ValidationInterval), ValidationInterval,
                $"ValidationInterval must be a share of an epoch below 1, or a whole number of steps, but is {ValidationInterval}.");
        }

        MonitoredMetric.Require(Monitor, nameof(Monitor));
        OptionGuard.AtLeast(EarlyStoppingPatience, 0);
        OptionGuard.AtLeast(OverfitBatches, 0);
        OptionGuard.AtLeast(GateInterval, 0);
        if (Deterministic && Epochs == 0 && MaxSteps == 0)
        {
            throw new ArgumentException(
                "Deterministic runs need Epochs or MaxSteps, for a schedule over MaxMinutes follows the clock.", nameof(Deterministic));
        }

        Checkpoints?.Validate();
    }
}
