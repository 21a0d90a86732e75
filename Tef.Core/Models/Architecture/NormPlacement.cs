using System.Text.Json.Serialization;

namespace Tef.Core.Models;

/// <summary>Where a block normalises; <c>f</c> is its attention or its feed-forward layer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NormPlacement>))]
public enum NormPlacement
{
    /// <summary><c>h + f(norm(h))</c>, and a norm after the last block: GPT-2.</summary>
    Pre,

    /// <summary><c>norm(h + f(h))</c> as in Vaswani et al. (2017) and the first GPT; no norm after the last block.</summary>
    Post,

    /// <summary>
    /// <c>h + norm(f(norm(h)))</c>, and a norm after the last block: the sandwich of Ding et al., "CogView: Mastering Text-to-Image
    /// Generation via Transformers" (2021).
    /// </summary>
    Both,
}
