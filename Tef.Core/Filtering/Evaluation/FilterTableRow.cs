namespace Tef.Core.Filtering;

/// <summary>A model under one rule for its token filters.</summary>
public sealed record FilterTableRow
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The rule, such as <c>own</c>, <c>dense</c>, <c>gate &gt; 0.5</c>, <c>keep 0.75</c> or <c>τ 0.95</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>Number of trained numbers of the model.</summary>
    public required long Parameters { get; init; }

    /// <summary>Nats per token.</summary>
    public required double Loss { get; init; }

    /// <summary>The exponential of <see cref="Loss"/>.</summary>
    public required double Perplexity { get; init; }

    /// <summary>Bits per UTF-8 byte of the text; not a number when its bytes are unknown.</summary>
    public required double BitsPerByte { get; init; }

    /// <summary>Share of the tokens that each block computed, <c>[L]</c>; 1 for blocks without a filter.</summary>
    public required IReadOnlyList<float> KeptShare { get; init; }

    /// <summary>Tokens of a full context that each block kept on average, over all blocks.</summary>
    public required double MeanKept { get; init; }

    /// <summary>Tokens per second of training steps of a fresh copy; null when not measured.</summary>
    public double? TrainingSpeed { get; init; }

    /// <summary>Tokens per second of reading a prompt; null when not measured or when the rule cannot generate.</summary>
    public double? PrefillSpeed { get; init; }

    /// <summary>Tokens per second of decoding one by one; null when not measured or when the rule cannot generate.</summary>
    public double? DecodingSpeed { get; init; }

    /// <summary>Bytes of keys and values behind prompt and new tokens; null when the rule cannot generate.</summary>
    public long? CacheBytes { get; init; }
}
