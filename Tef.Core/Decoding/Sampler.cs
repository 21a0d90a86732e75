using System.Numerics.Tensors;

namespace Tef.Core.Decoding;

/// <summary>Chooses a token from its scores.</summary>
public static class Sampler
{
    /// <summary>The token with the highest score; of equal ones the first.</summary>
    /// <param name="logits">Scores, <c>[V]</c>.</param>
    /// <exception cref="InvalidOperationException">A score is not a number, or all tokens are forbidden.</exception>
    public static int Greedy(ReadOnlySpan<float> logits)
    {
        _ = LogitsMath.Max(logits);
        return TensorPrimitives.IndexOfMax(logits);
    }

    /// <summary>Draws a token with probability <c>softmax(logits)</c>, by inversion.</summary>
    /// <param name="logits">Scores, <c>[V]</c>; negative infinity is never drawn.</param>
    /// <param name="uniform">
    /// A random number of at least 0 and below 1, such as <see cref="Numerics.CounterRandom.Uniform"/> of seed, sequence and
    /// position.
    /// </param>
    /// <exception cref="InvalidOperationException">A score is not a number, or all tokens are forbidden.</exception>
    public static int Draw(ReadOnlySpan<float> logits, double uniform)
    {
        float max = LogitsMath.Max(logits);
        Span<float> buffer = stackalloc float[LogitsMath.Block];
        int blocks = (logits.Length + LogitsMath.Block - 1) / LogitsMath.Block;
        Span<float> sums = blocks <= LogitsMath.Block ? stackalloc float[blocks] : new float[blocks];
        double total = 0;
        for (int block = 0; block < blocks; block++)
        {
            sums[block] = LogitsMath.BlockSum(logits, block * LogitsMath.Block, max, buffer);
            total += sums[block];
        }

        double target = uniform * total;
        int last = -1;
        for (int block = 0; block < blocks; block++)
        {
            if (sums[block] == 0)
                continue;
            if (target < sums[block])
                return DrawInBlock(logits, block, max, target, buffer);
            target -= sums[block];
            last = block;
        }

        // Rounding led past the end: the last token that is possible.
        return DrawInBlock(logits, last, max, double.PositiveInfinity, buffer);
    }

    private static int DrawInBlock(ReadOnlySpan<float> logits, int block, float max, double target, Span<float> buffer)
    {
        int start = block * LogitsMath.Block;
        LogitsMath.BlockSum(logits, start, max, buffer);
        int count = Math.Min(LogitsMath.Block, logits.Length - start);
        int possible = -1;
        for (int i = 0; i < count; i++)
        {
            if (buffer[i] == 0)
                continue;
            possible = start + i;
            target -= buffer[i];
            if (target < 0)
                break;
        }

        return possible;
    }
}
