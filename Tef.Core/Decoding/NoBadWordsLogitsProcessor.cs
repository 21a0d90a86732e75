namespace Tef.Core.Decoding;

/// <summary>Forbids tokens that would complete one of the given runs; a run of a single token is forbidden everywhere.</summary>
public sealed class NoBadWordsLogitsProcessor : ILogitsProcessor
{
    private readonly int[][] _runs;

    /// <summary>Takes the runs.</summary>
    /// <param name="badTokens">Runs of at least one token.</param>
    /// <exception cref="ArgumentException">A run is empty.</exception>
    public NoBadWordsLogitsProcessor(IEnumerable<IReadOnlyList<int>> badTokens)
    {
        ArgumentNullException.ThrowIfNull(badTokens);
        _runs = [.. badTokens.Select(run => run.ToArray())];
        int empty = Array.FindIndex(_runs, run => run.Length == 0);
        if (empty >= 0)
            throw new ArgumentException($"Run {empty} of the bad tokens is empty.", nameof(badTokens));
    }

    /// <inheritdoc />
    public void Process(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        foreach (int[] run in _runs)
        {
            if (tokens.EndsWith(run.AsSpan(0, run.Length - 1)))
                logits[run[^1]] = float.NegativeInfinity;
        }
    }
}
