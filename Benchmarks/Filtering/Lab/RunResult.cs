using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>What a run gave, as its file holds it.</summary>
internal sealed record RunResult
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = false,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public required string Name { get; init; }

    public required int Seed { get; init; }

    /// <summary>What makes the run different from the defaults.</summary>
    public required JsonObject Setting { get; init; }

    public required long Steps { get; init; }

    public required long Parameters { get; init; }

    /// <summary>Forward arithmetic per token at the kept shares that the options ask for, in millions of operations.</summary>
    public required double MegaflopsPerToken { get; init; }

    /// <summary>Nats per token of the validation text at the end.</summary>
    public required double Loss { get; init; }

    public required double BitsPerByte { get; init; }

    /// <summary>Share of tokens that each block computed on the validation text, <c>[L]</c>.</summary>
    public required float[] KeptShare { get; init; }

    /// <summary>Training loss, each the mean of the steps since the one before.</summary>
    public required CurvePoint[] Training { get; init; }

    public required CurvePoint[] Validation { get; init; }

    [JsonIgnore]
    public double Perplexity => Math.Exp(Loss);

    public string Write() => JsonSerializer.Serialize(this, Format);

    /// <exception cref="IOException">The file is no result.</exception>
    public static RunResult Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunResult>(File.ReadAllText(path), Format)
                ?? throw new IOException($"'{path}' is empty, but the result of a run was expected.");
        }
        catch (JsonException exception)
        {
            throw new IOException($"'{path}' is not the result of a run: {exception.Message}", exception);
        }
    }
}

/// <param name="Step">Steps done.</param>
/// <param name="Loss">Nats per token.</param>
internal readonly record struct CurvePoint(long Step, double Loss);
