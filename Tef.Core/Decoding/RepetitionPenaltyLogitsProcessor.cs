using System.Buffers;

namespace Tef.Core.Decoding;

/// <summary>
/// Makes tokens less probable that are in the sequence already: positive scores are divided by the penalty, negative ones
/// multiplied, once per token (Keskar et al., 2019, "CTRL").
/// </summary>
/// <param name="penalty">Above zero; 1 changes nothing.</param>
public sealed class RepetitionPenaltyLogitsProcessor(float penalty) : ILogitsProcessor
{
    private readonly float _penalty = Positive(penalty);

    /// <inheritdoc />
    public void Process(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        int words = (logits.Length + 63) / 64;
        ulong[] seen = ArrayPool<ulong>.Shared.Rent(words);
        seen.AsSpan(0, words).Clear();
        foreach (int token in tokens)
        {
            ulong bit = 1UL << (token & 63);
            if ((seen[token >> 6] & bit) != 0)
                continue;
            seen[token >> 6] |= bit;
            logits[token] = logits[token] < 0 ? logits[token] * _penalty : logits[token] / _penalty;
        }

        ArrayPool<ulong>.Shared.Return(seen);
    }

    private static float Positive(float penalty)
    {
        OptionGuard.Positive(penalty);
        return penalty;
    }
}
