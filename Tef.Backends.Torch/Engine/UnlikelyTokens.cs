using System.Runtime.InteropServices;
using Tef.Core.Data;

namespace Tef.Backends.Torch.Engine;

/// <summary>
/// Tokens that rows of logits should not predict, each row's one after another. The loss of unlikelihood training (Welleck et al.,
/// "Neural text generation with unlikelihood training", 2019) is the mean of −ln(1 − p) over them.
/// </summary>
internal sealed class UnlikelyTokens
{
    private readonly int[] _offsets;
    private readonly List<int> _tokens = [];
    private readonly List<float> _counts = [];

    private UnlikelyTokens(int rows) => _offsets = new int[rows + 1];

    /// <summary>1 − p is taken for no less than this, so that the loss stays finite; below it there is no gradient.</summary>
    public const float SmallestRest = 1e-5f;

    /// <summary>First token of each row, and the number of tokens at the end, <c>[N + 1]</c>.</summary>
    public ReadOnlySpan<int> Offsets => _offsets;

    /// <summary>Ids.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>How often each of <see cref="Tokens"/> counts.</summary>
    public ReadOnlySpan<float> Counts => CollectionsMarshal.AsSpan(_counts);

    /// <summary>What the sum of the losses is divided by.</summary>
    public double Total { get; private set; } = 1;

    /// <summary>
    /// The earlier targets of a sequence, each as often as it came, without the target now. Ignored targets are none and have none.
    /// </summary>
    /// <param name="targets">Ids, <c>[B·T]</c>.</param>
    /// <param name="length">Rows of a sequence, <c>T</c>.</param>
    /// <param name="runs">First row of each document inside the sequences, which keep to themselves; null when they do not.</param>
    public static UnlikelyTokens EarlierTargets(ReadOnlySpan<long> targets, int length, ReadOnlySpan<int> runs = default)
    {
        var result = new UnlikelyTokens(targets.Length);
        var seen = new Dictionary<int, int>();
        double total = 0;
        int run = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            while (run < runs.Length && runs[run] < row)
                run++;
            if (row % length == 0 || (run < runs.Length && runs[run] == row))
                seen.Clear();
            if (targets[row] != TokenBatch.IgnoredTarget)
            {
                int target = (int)targets[row];
                foreach (var (token, count) in seen)
                {
                    if (token == target)
                        continue;
                    result.Add(token, count);
                    total += count;
                }
                seen[target] = seen.GetValueOrDefault(target) + 1;
            }
            result._offsets[row + 1] = result._tokens.Count;
        }
        result.Total = Math.Max(1, total);
        return result;
    }

    /// <summary>The tokens of continuations that belong to an n-gram which their sequence had before.</summary>
    /// <param name="sequences">Ids, <c>[B, S]</c>; row <c>i</c> of a sequence predicts its token <c>i + 1</c>, so a sequence has S − 1 rows.</param>
    /// <param name="length">Tokens of a sequence, <c>S</c>.</param>
    /// <param name="prefix">Tokens before the continuation; at least one.</param>
    /// <param name="ngram">Length of an n-gram.</param>
    public static UnlikelyTokens RepeatedNGrams(ReadOnlySpan<int> sequences, int length, int prefix, int ngram)
    {
        int count = sequences.Length / length, rows = length - 1;
        var result = new UnlikelyTokens(count * rows);
        var repeated = new bool[length];
        for (int sequence = 0; sequence < count; sequence++)
        {
            var tokens = sequences.Slice(sequence * length, length);
            MarkRepeats(tokens, ngram, repeated);
            for (int i = 1; i < length; i++)
            {
                if (i >= prefix && repeated[i])
                    result.Add(tokens[i], 1);
                result._offsets[(sequence * rows) + i] = result._tokens.Count;
            }
        }
        result.Total = Math.Max(1, count * (length - prefix));
        return result;
    }

    private static void MarkRepeats(ReadOnlySpan<int> tokens, int ngram, bool[] repeated)
    {
        Array.Clear(repeated);
        var seen = new HashSet<string>();
        for (int start = 0; start + ngram <= tokens.Length; start++)
        {
            if (!seen.Add(string.Join(' ', tokens.Slice(start, ngram).ToArray())))
                Array.Fill(repeated, true, start, ngram);
        }
    }

    private void Add(int token, float count)
    {
        _tokens.Add(token);
        _counts.Add(count);
    }
}
