using System.Text.Json.Serialization;
using Tef.Core.Generation;

namespace Tef.Core.Runs;

/// <summary>What a model wrote after a validation, and how it was asked.</summary>
public sealed record ValidationSamples
{
    /// <summary>Optimizer steps done.</summary>
    [JsonPropertyName("Global step")]
    public required long Step { get; init; }

    /// <summary>Passes over the text, with fraction.</summary>
    [JsonPropertyName("Current epoch")]
    public required double Epoch { get; init; }

    /// <summary>Mean nats per token of the validation.</summary>
    [JsonPropertyName("Validation loss")]
    public required double Loss { get; init; }

    /// <summary>How the texts were continued.</summary>
    [JsonPropertyName("Generator params")]
    public required GenerationOptions Generation { get; init; }

    /// <summary>Prompts with their continuations.</summary>
    [JsonPropertyName("Generated samples")]
    public required IReadOnlyList<string> Samples { get; init; }
}
