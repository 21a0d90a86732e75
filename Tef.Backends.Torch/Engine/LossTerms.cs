using static TorchSharp.torch;

namespace Tef.Backends.Torch.Engine;

/// <summary>What the loss of a language model is made of beside the cross-entropy.</summary>
internal sealed record LossTerms
{
    /// <summary>Nothing.</summary>
    public static LossTerms Plain { get; } = new();

    /// <summary>Share of each target that is spread over the whole vocabulary.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Tokens that each row should not predict, if any.</summary>
    public UnlikelyTokens? Unlikely { get; init; }

    /// <summary>Weight of their loss.</summary>
    public double UnlikelyWeight { get; init; } = 1;
}

/// <summary>The loss of a batch.</summary>
/// <param name="Total">A scalar with gradient: cross-entropy, and unlikelihood times its weight.</param>
/// <param name="CrossEntropy">Mean over the rows with a target; zero when there is none but unlikely tokens.</param>
/// <param name="Unlikelihood">Mean over the unlikely tokens, before its weight; zero when there is none.</param>
internal sealed record LossParts(Tensor Total, double CrossEntropy, double Unlikelihood);
