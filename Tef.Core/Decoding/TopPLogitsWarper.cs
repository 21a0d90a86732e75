using System.Buffers;
using System.Numerics.Tensors;

namespace Tef.Core.Decoding;

/// <summary>
/// Forbids all but the smallest set of most probable tokens whose probabilities sum to at least p (Holtzman et al., 2020, "The
/// Curious Case of Neural Text Degeneration"). Found by a selection weighted with probabilities, in time linear in V.
/// </summary>
/// <param name="p">Above 0 and at most 1.</param>
public sealed class TopPLogitsWarper(float p) : ILogitsProcessor
{
    private readonly float _p = Share(p);

    /// <inheritdoc />
    public void Process(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        if (_p >= 1)
            return;
        float[] keys = ArrayPool<float>.Shared.Rent(logits.Length);
        float[] weights = ArrayPool<float>.Shared.Rent(logits.Length);
        int n = 0;
        foreach (float logit in logits)
        {
            if (logit > float.NegativeInfinity)
                keys[n++] = logit;
        }

        if (n > 0)
        {
            Span<float> probabilities = weights.AsSpan(0, n);
            TensorPrimitives.Subtract(keys.AsSpan(0, n), TensorPrimitives.Max(keys.AsSpan(0, n)), probabilities);
            TensorPrimitives.Exp(probabilities, probabilities);
            (float threshold, int ties) = Threshold(keys.AsSpan(0, n), probabilities);
            Selection.ForbidBelow(logits, threshold);
            ForbidSurplusTies(logits, threshold, ties);
        }

        ArrayPool<float>.Shared.Return(keys);
        ArrayPool<float>.Shared.Return(weights);
    }

    /// <summary>
    /// The lowest logit that stays and how many of exactly that value: quickselect in descending order, going to the side in
    /// which the sum of weights reaches its target.
    /// </summary>
    private (float Threshold, int Ties) Threshold(Span<float> keys, Span<float> weights)
    {
        double target = _p * Sum(weights);
        double before = 0;
        float lowest = float.PositiveInfinity;
        while (keys.Length > 0)
        {
            float pivot = Median(keys[0], keys[keys.Length / 2], keys[^1]);
            (int above, int notBelow) = Partition(keys, weights, pivot);
            double sumAbove = Sum(weights[..above]);
            double sumEqual = Sum(weights[above..notBelow]);
            if (before + sumAbove >= target)
            {
                keys = keys[..above];
                weights = weights[..above];
            }
            else if (before + sumAbove + sumEqual >= target)
            {
                double missing = target - before - sumAbove;
                return (pivot, Math.Clamp((int)Math.Ceiling(missing / weights[above]), 1, notBelow - above));
            }
            else
            {
                before += sumAbove + sumEqual;
                lowest = pivot;
                keys = keys[notBelow..];
                weights = weights[notBelow..];
            }
        }

        return (lowest, int.MaxValue);
    }

    /// <summary>Orders keys into those above, equal to and below the pivot; weights move with them.</summary>
    private static (int Above, int NotBelow) Partition(Span<float> keys, Span<float> weights, float pivot)
    {
        int above = 0;
        int i = 0;
        int end = keys.Length;
        while (i < end)
        {
            float key = keys[i];
            if (key > pivot)
                Swap(keys, weights, i++, above++);
            else if (key < pivot)
                Swap(keys, weights, i, --end);
            else
                i++;
        }

        return (above, end);
    }

    private static void Swap(Span<float> keys, Span<float> weights, int i, int j)
    {
        (keys[i], keys[j]) = (keys[j], keys[i]);
        (weights[i], weights[j]) = (weights[j], weights[i]);
    }

    private static void ForbidSurplusTies(Span<float> logits, float threshold, int ties)
    {
        for (int i = logits.IndexOf(threshold); i >= 0 && i < logits.Length;)
        {
            if (ties-- <= 0)
                logits[i] = float.NegativeInfinity;
            int next = logits[(i + 1)..].IndexOf(threshold);
            i = next < 0 ? logits.Length : i + 1 + next;
        }
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        const int block = 1024;
        double sum = 0;
        for (; values.Length > block; values = values[block..])
            sum += TensorPrimitives.Sum(values[..block]);
        return sum + TensorPrimitives.Sum(values);
    }

    private static float Median(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));

    private static float Share(float p)
    {
        OptionGuard.Positive(p);
        OptionGuard.Between(p, 0, 1);
        return p;
    }
}
