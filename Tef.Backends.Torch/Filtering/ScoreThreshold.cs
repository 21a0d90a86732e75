namespace Tef.Backends.Torch.Filtering;

/// <summary>Where a budget cuts scores.</summary>
internal static class ScoreThreshold
{
    /// <summary>
    /// A threshold in the middle between two neighbouring scores, by which the share of scores above it is as near to
    /// <paramref name="keep"/> as can be. Scores of embeddings are the same for every occurrence of a token: a threshold on such a
    /// score, rather than beside it, would flicker between keeping all occurrences and none.
    /// </summary>
    /// <param name="scores">The scores; sorted in place.</param>
    /// <param name="keep">Share to keep, between 0 and 1.</param>
    /// <returns>Null when all are to be kept.</returns>
    public static float? Of(Span<float> scores, double keep)
    {
        scores.Sort();
        int dropped = (int)Math.Round(scores.Length * (1 - keep));
        if (dropped == scores.Length)
            dropped--;
        if (dropped <= 0)
            return null;
        // The scores equal to the first one kept are kept together or dropped together.
        float value = scores[dropped];
        int start = dropped, end = dropped;
        while (start > 0 && scores[start - 1] == value)
            start--;
        while (end < scores.Length && scores[end] == value)
            end++;
        bool keepsThem = end == scores.Length || dropped - start <= end - dropped;
        int cut = keepsThem ? start : end;
        return cut == 0 ? null : scores[cut - 1] + ((scores[cut] - scores[cut - 1]) / 2);
    }
}
