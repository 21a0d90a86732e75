using System.Text.Json.Serialization;
using Tef.Core.Data;

namespace Tef.Core.Training;

/// <summary>How the learning rate moves after the linear warm-up.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LearningRateSchedule>))]
public enum LearningRateSchedule
{
    /// <summary>Stays.</summary>
    Constant,

    /// <summary>Falls along half a cosine to <see cref="TrainingOptions.FinalLearningRateShare"/> at the end of training.</summary>
    Cosine,

    /// <summary>Falls along a line to <see cref="TrainingOptions.FinalLearningRateShare"/> at the end of training.</summary>
    Linear,

    /// <summary>Is multiplied by <see cref="TrainingOptions.EpochDecay"/> after every epoch.</summary>
    ExponentialPerEpoch,
}

/// <summary>What turns gradients into steps.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OptimizerKind>))]
public enum OptimizerKind
{
    /// <summary>AdamW for all weights (Loshchilov and Hutter, 2019).</summary>
    AdamW,

    /// <summary>Muon for the matrices of the blocks (Jordan et al., 2024), AdamW for the rest.</summary>
    Muon,
}

/// <summary>How to train a model. Training ends at the first of the limits that are set.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training text; no limit when zero.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Optimizer steps; no limit when zero.</summary>
    public int MaxSteps { get; init; }

    /// <summary>Wall-clock minutes, validation included; no limit when zero. The schedule follows the clock then.</summary>
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

    /// <summary>What turns gradients into steps.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Highest learning rate (of AdamW).</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Highest learning rate of the matrices under <see cref="OptimizerKind.Muon"/>.</summary>
    public double MatrixLearningRate { get; init; } = 0.02;

    /// <summary>How the learning rate moves after the warm-up.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Steps in which the learning rate rises linearly from zero.</summary>
    public int WarmupSteps { get; init; } = 50;

    /// <summary>Learning rate at the end as a share of the highest, for the cosine and linear schedules.</summary>
    public double FinalLearningRateShare { get; init; } = 0.1;

    /// <summary>Factor per epoch of <see cref="LearningRateSchedule.ExponentialPerEpoch"/>.</summary>
    public double EpochDecay { get; init; } = 0.9;

    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay of matrices and embeddings; vectors are not decayed.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Longest gradient (2-norm over all weights); longer ones are scaled down. No limit when zero.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Steps between validations; once per epoch and at the end when zero.</summary>
    public int ValidationInterval { get; init; }

    /// <summary>Keeps the weights of the best validation instead of the last ones.</summary>
    public bool KeepBest { get; init; } = true;

    /// <summary>Validations without a better loss after which training ends; no such limit when zero.</summary>
    public int EarlyStoppingPatience { get; init; }

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
        OptionGuard.Positive(LearningRate);
        OptionGuard.Positive(MatrixLearningRate);
        OptionGuard.AtLeast(WarmupSteps, 0);
        OptionGuard.Between(FinalLearningRateShare, 0, 1);
        OptionGuard.Positive(EpochDecay);
        OptionGuard.Between(EpochDecay, 0, 1);
        OptionGuard.Between(Beta1, 0, 0.999999);
        OptionGuard.Between(Beta2, 0, 0.999999);
        OptionGuard.Positive(Epsilon);
        OptionGuard.AtLeast(WeightDecay, 0);
        OptionGuard.AtLeast(ClipNorm, 0);
        OptionGuard.AtLeast(ValidationInterval, 0);
        OptionGuard.AtLeast(EarlyStoppingPatience, 0);
        Checkpoints?.Validate();
    }
}
