using System.Text.Json.Serialization;

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

    /// <summary>
    /// Stays until the last <see cref="TrainingOptions.DecayShare"/> of training, then falls along a line to
    /// <see cref="TrainingOptions.FinalLearningRateShare"/> (Hu et al., "MiniCPM", 2024).
    /// </summary>
    WarmupStableDecay,

    /// <summary>
    /// Falls as <see cref="Cosine"/> <see cref="TrainingOptions.Cycles"/> times, each time from the highest
    /// (Loshchilov and Hutter, "SGDR", 2017).
    /// </summary>
    CosineWithRestarts,
}
