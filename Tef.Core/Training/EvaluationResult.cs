using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Models;

namespace Tef.Core.Training;

/// <summary>How to walk over a text that is longer than the context.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Windows of a forward pass.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// Tokens by which windows advance; the context when zero. Smaller strides predict each token from at least
    /// <c>context − stride</c> tokens before it, and cost more.
    /// </summary>
    public int Stride { get; init; }

    /// <summary>
    /// Lets a token attend to tokens of its own document alone, as <see cref="PackingOptions.SeparateDocuments"/> does in training.
    /// </summary>
    public bool SeparateDocuments { get; init; }

    /// <summary>Counts positions from the beginning of each document when documents are separate.</summary>
    public bool RestartPositions { get; init; } = true;

    /// <summary>Decides which tokens to keep in place of the model's own token selectors; null for those.</summary>
    public FilterOverride? Filter { get; init; }

    /// <summary>How the weights are stored for this evaluation, whatever the model itself decodes with.</summary>
    public InferencePrecision Precision { get; init; }
}

/// <summary>A model measured on a text.</summary>
/// <param name="Tokens">Tokens predicted.</param>
/// <param name="TotalNats">Sum of their losses in nats.</param>
/// <param name="TextBytes">UTF-8 bytes of the text; zero when unknown.</param>
/// <param name="KeptShare">Share of tokens that each block computed, <c>[L]</c>; 1 for blocks without a filter.</param>
public sealed record EvaluationResult(long Tokens, double TotalNats, long TextBytes, IReadOnlyList<float> KeptShare)
{
    /// <summary>Tokens whose prediction with the highest probability was right.</summary>
    public long Correct { get; init; }

    /// <summary>Share of the tokens that were predicted right.</summary>
    public double Accuracy => Tokens == 0 ? double.NaN : (double)Correct / Tokens;

    /// <summary>Mean nats per token.</summary>
    public double Loss => Tokens == 0 ? 0 : TotalNats / Tokens;

    /// <summary>The exponential of <see cref="Loss"/>.</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>Total nats / ln 2 / bytes; not a number when the bytes are unknown.</summary>
    public double BitsPerByte => TextBytes == 0 ? double.NaN : TotalNats / Math.Log(2) / TextBytes;
}
