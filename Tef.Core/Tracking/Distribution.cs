namespace Tef.Core.Tracking;

/// <summary>How values are spread: their moments and their counts in intervals of equal width.</summary>
internal sealed record Distribution
{
    private const int MaxBuckets = 30;

    public required double Min { get; init; }

    public required double Max { get; init; }

    public required long Count { get; init; }

    public required double Sum { get; init; }

    public required double SumOfSquares { get; init; }

    /// <summary>The upper end of each interval, ascending; the first begins at <see cref="Min"/>, the last ends at <see cref="Max"/>.</summary>
    public required double[] Limits { get; init; }

    /// <summary>How many values lie in each interval.</summary>
    public required long[] Counts { get; init; }

    /// <summary>Counts values; those that are not finite are left out.</summary>
    /// <returns>Nothing when no value is left.</returns>
    public static Distribution? Of(ReadOnlySpan<float> values)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity, sum = 0, squares = 0;
        long count = 0;
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                continue;
            count++;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            sum += value;
            squares += (double)value * value;
        }

        if (count == 0)
            return null;
        double width = (max - min) / MaxBuckets;
        int buckets = width > 0 ? MaxBuckets : 1;
        double[] limits = [.. Enumerable.Range(1, buckets).Select(i => i == buckets ? max : min + (i * width))];
        long[] counts = new long[buckets];
        foreach (float value in values)
        {
            if (float.IsFinite(value))
                counts[buckets == 1 ? 0 : Math.Clamp((int)((value - min) / width), 0, buckets - 1)]++;
        }

        return new Distribution
        {
            Min = min,
            Max = max,
            Count = count,
            Sum = sum,
            SumOfSquares = squares,
            Limits = limits,
            Counts = counts,
        };
    }
}
