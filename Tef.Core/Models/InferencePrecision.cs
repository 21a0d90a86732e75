using System.Text.Json.Serialization;

namespace Tef.Core.Models;

/// <summary>
/// How weight matrices are stored for decoding. A step of decoding reads all of them, so its time falls with their size.
/// Activations, embeddings, biases and norms stay float32.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<InferencePrecision>))]
public enum InferencePrecision
{
    /// <summary>Four bytes per weight: as trained.</summary>
    Float32,

    /// <summary>Two bytes per weight: float32 without its lower half, rounded to nearest.</summary>
    BFloat16,

    /// <summary>One byte per weight, and a scale per output: the largest magnitude over 127.</summary>
    Int8,
}
