using System.Text.Json.Serialization;

namespace Tef.Core.Models;

/// <summary>What stands between the two matrices of a feed-forward layer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeedForwardActivation>))]
public enum FeedForwardActivation
{
    /// <summary>GELU in its tanh form, <c>gelu_new</c> (Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016): GPT-2.</summary>
    GeluTanh,

    /// <summary>GELU with the exact error function.</summary>
    Gelu,

    /// <summary><c>max(0, x)</c>.</summary>
    Relu,

    /// <summary>
    /// <c>silu(gate)·up</c>, where the first matrix gives both (Shazeer, "GLU Variants Improve Transformer", 2020). The default
    /// width is two thirds of that of the others, which makes the layer as large as theirs.
    /// </summary>
    SwiGlu,
}
