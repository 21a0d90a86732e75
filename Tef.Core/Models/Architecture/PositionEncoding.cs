using System.Text.Json.Serialization;

namespace Tef.Core.Models;

/// <summary>How a model knows where a token stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PositionEncoding>))]
public enum PositionEncoding
{
    /// <summary>A trained vector per position, added to the token's: GPT-2.</summary>
    Learned,

    /// <summary>
    /// Fixed sines and cosines of the position, added to the token's vector, which is scaled by √C (Vaswani et al., "Attention Is
    /// All You Need", 2017).
    /// </summary>
    Sinusoidal,

    /// <summary>
    /// Queries and keys are rotated by angles that grow with the position (Su et al., "RoFormer: Enhanced Transformer with Rotary
    /// Position Embedding", 2021); the halves of a head are the pairs. The size of a head must be even.
    /// </summary>
    Rotary,
}
