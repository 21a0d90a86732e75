namespace Tef.Core.Models;

/// <summary>What a model says about one sequence of <c>T</c> tokens.</summary>
/// <param name="TokenLosses">Nats of each token after the first given those before it, <c>[T − 1]</c>.</param>
/// <param name="KeptShare">Share of the tokens that each block computed, <c>[L]</c>; 1 for blocks without a filter.</param>
/// <param name="Gates">Gates of each block, <c>[L][T]</c>; empty for blocks without a filter.</param>
/// <param name="Kept">Whether each block kept each token, <c>[L][T]</c>; empty for blocks without a filter.</param>
public sealed record SequenceScore(float[] TokenLosses, float[] KeptShare, float[][] Gates, bool[][] Kept)
{
    /// <summary>Mean nats per predicted token; zero for a sequence of one token.</summary>
    public double Loss => TokenLosses.Length == 0 ? 0 : TokenLosses.Average(loss => (double)loss);

    /// <summary>The exponential of <see cref="Loss"/>.</summary>
    public double Perplexity => Math.Exp(Loss);
}
