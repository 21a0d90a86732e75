using System.Text.Json.Serialization;

namespace Tef.Core.Training;

/// <summary>What turns gradients into steps.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OptimizerKind>))]
public enum OptimizerKind
{
    /// <summary>AdamW for all weights (Loshchilov and Hutter, 2019).</summary>
    AdamW,

    /// <summary>Muon for the matrices of the blocks (Jordan et al., 2024), AdamW for the rest.</summary>
    Muon,

    /// <summary>
    /// Gradient descent with <see cref="TrainingOptions.Momentum"/> (Sutskever et al., 2013); weight decay is added to the gradient.
    /// </summary>
    Sgd,
}
