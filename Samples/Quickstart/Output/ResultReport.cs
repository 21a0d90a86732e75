using System.Text.Json;
using System.Text.Json.Serialization;
using Tef.Core.IO;

namespace Tef.Samples.Quickstart.Output;

/// <summary>The result of a run as it stands in the JSON file. Null is what was not measured.</summary>
internal sealed record ResultReport
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Nats of the text to measure on, over ln 2, over the bytes of the file.</summary>
    public required double? BitsPerByte { get; init; }

    /// <summary>Mean nats per token.</summary>
    public required double? ValidLoss { get; init; }

    /// <summary>The exponential of <see cref="ValidLoss"/>.</summary>
    public required double? Perplexity { get; init; }

    public required long? ValidTokens { get; init; }

    public required long? ValidBytes { get; init; }

    /// <summary>Mean nats per token over the last training steps.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Tokens predicted in training.</summary>
    public required long TokensSeen { get; init; }

    [JsonPropertyName("tokens_per_s")]
    public required double TokensPerSecond { get; init; }

    /// <summary>Wall-clock seconds of training, with tokenizer and validation.</summary>
    public required double TrainSeconds { get; init; }

    public required long Steps { get; init; }

    /// <summary>Trained numbers of the model.</summary>
    public required long Parameters { get; init; }

    /// <summary>Share of tokens that each block computed over the text to measure on.</summary>
    public required IReadOnlyList<float> KeptSharePerLayer { get; init; }

    /// <summary>Whether the run was interrupted; the other figures are those of the weights kept.</summary>
    public required bool Interrupted { get; init; }

    public required int Vocabulary { get; init; }

    public required int Layers { get; init; }

    public required int Width { get; init; }

    public required int Heads { get; init; }

    public required int Context { get; init; }

    public required int Batch { get; init; }

    public required double LearningRate { get; init; }

    public required double Minutes { get; init; }

    public required int Seed { get; init; }

    /// <summary>The saved model.</summary>
    public required string Model { get; init; }

    public required string Version { get; init; }

    public void Write(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, Format) + "\n");
}
