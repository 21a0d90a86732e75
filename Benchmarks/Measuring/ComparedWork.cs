using Tef.Core.Models;

namespace Tef.Benchmarks.Measuring;

/// <summary>Work that both sides can do.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Verb">The verb that does it.</param>
/// <param name="Size">The model and the batch.</param>
/// <param name="Weights">How our side stores weights; the peer has float32.</param>
internal sealed record ComparedWork(string Name, string Verb, ModelSize Size, InferencePrecision Weights)
{
    public static IReadOnlyList<ComparedWork> All { get; } =
    [
        new("train-small", "train", ModelSize.Small, InferencePrecision.Float32),
        new("train-124M", "train", ModelSize.Large, InferencePrecision.Float32),
        new("decode-124M", "decode", ModelSize.Large, InferencePrecision.Float32),
        new("decode-124M-bf16", "decode", ModelSize.Large, InferencePrecision.BFloat16),
        new("decode-124M-int8", "decode", ModelSize.Large, InferencePrecision.Int8),
    ];

    /// <summary>The command line of the peer, to which ours adds its own options.</summary>
    public string[] Arguments(int threads, int steps, int newTokens) =>
    [
        Verb, "--layers", $"{Size.Layers}", "--dim", $"{Size.Dim}", "--heads", $"{Size.Heads}", "--ctx", $"{Size.Ctx}",
        "--batch", $"{Size.Batch}", "--vocab", $"{Size.Vocab}", "--steps", $"{steps}", "--new-tokens", $"{newTokens}",
        "--threads", $"{threads}",
    ];
}
