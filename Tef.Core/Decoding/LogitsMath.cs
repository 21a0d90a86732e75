using System.Numerics.Tensors;

namespace Tef.Core.Decoding;

/// <summary>Sums of exponentials over a vocabulary, blockwise: vectorised inside a block, in double precision over blocks.</summary>
internal static class LogitsMath
{
    public const int Block = 512;

    /// <summary><c>ln Σ exp(x)</c>, by which logits become log-probabilities.</summary>
    /// <exception cref="InvalidOperationException">A logit is not a number, or all are negative infinity.</exception>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        float max = Max(logits);
        Span<float> buffer = stackalloc float[Block];
        double sum = 0;
        for (int start = 0; start < logits.Length; start += Block)
            sum += BlockSum(logits, start, max, buffer);
        return max + Math.Log(sum);
    }

    /// <summary>The largest logit.</summary>
    /// <exception cref="InvalidOperationException">A logit is not a number, or all are negative infinity.</exception>
    public static float Max(ReadOnlySpan<float> logits)
    {
        float max = TensorPrimitives.Max(logits);
        if (!float.IsFinite(max))
        {
            throw new InvalidOperationException(
                float.IsNegativeInfinity(max)
                    ? "Every token is forbidden by the generation options."
                    : "The model's logits are not finite numbers; its training has diverged or its weights are damaged.");
        }

        return max;
    }

    /// <summary><c>Σ exp(x − max)</c> over the block that begins at a position; the terms are left in the buffer.</summary>
    public static float BlockSum(ReadOnlySpan<float> logits, int start, float max, Span<float> buffer)
    {
        ReadOnlySpan<float> block = logits.Slice(start, Math.Min(Block, logits.Length - start));
        Span<float> terms = buffer[..block.Length];
        TensorPrimitives.Subtract(block, max, terms);
        TensorPrimitives.Exp(terms, terms);
        return TensorPrimitives.Sum(terms);
    }
}
