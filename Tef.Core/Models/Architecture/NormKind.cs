using System.Text.Json.Serialization;

namespace Tef.Core.Models;

/// <summary>How rows of the residual stream are normalised.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NormKind>))]
public enum NormKind
{
    /// <summary>Mean zero and variance one, then weight and bias (Ba et al., "Layer Normalization", 2016): GPT-2.</summary>
    LayerNorm,

    /// <summary>
    /// Mean square one, then a weight (Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019).
    /// </summary>
    RmsNorm,
}
