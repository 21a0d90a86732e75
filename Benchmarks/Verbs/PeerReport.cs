using System.Text.Json.Serialization;
using Tef.Benchmarks.Measuring;
using Tef.Core.Models;

namespace Tef.Benchmarks.Verbs;

/// <summary>What a training or decoding measurement prints, under the keys of the PyTorch peer.</summary>
internal sealed record PeerReport
{
    [JsonPropertyName("peer")]
    public required string Peer { get; init; }

    [JsonPropertyName("mode")]
    public required string Mode { get; init; }

    [JsonPropertyName("dtype")]
    public string Type { get; init; } = "fp32";

    [JsonPropertyName("layers")]
    public required int Layers { get; init; }

    [JsonPropertyName("dim")]
    public required int Dim { get; init; }

    [JsonPropertyName("heads")]
    public required int Heads { get; init; }

    [JsonPropertyName("ctx")]
    public required int Ctx { get; init; }

    [JsonPropertyName("batch")]
    public required int Batch { get; init; }

    [JsonPropertyName("vocab")]
    public required int Vocab { get; init; }

    [JsonPropertyName("threads")]
    public required int Threads { get; init; }

    [JsonPropertyName("params_M")]
    public required double ParametersMillion { get; init; }

    [JsonPropertyName("median_ms")]
    public required double MedianMilliseconds { get; init; }

    [JsonPropertyName("tokens_per_s")]
    public required double TokensPerSecond { get; init; }

    public static PeerReport Of(string mode, ModelSize size, int threads, long parameters, double[] seconds, long tokens)
    {
        double median = Median(seconds);
        return new PeerReport
        {
            Peer = "tef managed",
            Mode = mode,
            Layers = size.Layers,
            Dim = size.Dim,
            Heads = size.Heads,
            Ctx = size.Ctx,
            Batch = size.Batch,
            Vocab = size.Vocab,
            Threads = threads,
            ParametersMillion = Math.Round(parameters / 1e6, 2),
            MedianMilliseconds = Math.Round(median * 1e3, 1),
            TokensPerSecond = Math.Round(tokens / median, 1),
        };
    }

    public static string TypeName(InferencePrecision precision) => precision switch
    {
        InferencePrecision.BFloat16 => "bf16",
        InferencePrecision.Int8 => "int8",
        _ => "fp32",
    };

    public static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
