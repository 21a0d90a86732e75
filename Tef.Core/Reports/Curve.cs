namespace Tef.Core.Reports;

/// <summary>A curve with as many points as a page can show: neighbours are averaged, and their lowest and highest kept.</summary>
internal sealed record Curve
{
    public required IReadOnlyList<long> Steps { get; init; }

    public required IReadOnlyList<double> Means { get; init; }

    /// <summary>Lowest values; null when every point stands for one value.</summary>
    public IReadOnlyList<double>? Lows { get; init; }

    public IReadOnlyList<double>? Highs { get; init; }

    /// <summary>Makes a curve of at most so many points; the step of a point is the last of those it stands for.</summary>
    public static Curve Of(IReadOnlyList<MetricPoint> points, int maxPoints)
    {
        if (points.Count <= maxPoints)
            return new Curve { Steps = [.. points.Select(point => point.Step)], Means = [.. points.Select(point => point.Value)] };
        MetricPoint[][] buckets =
        [
            .. Enumerable.Range(0, maxPoints).Select(i =>
            {
                int from = (int)((long)i * points.Count / maxPoints), to = (int)((long)(i + 1) * points.Count / maxPoints);
                return points.Skip(from).Take(to - from).ToArray();
            }),
        ];
        return new Curve
        {
            Steps = [.. buckets.Select(bucket => bucket[^1].Step)],
            Means = [.. buckets.Select(bucket => bucket.Average(point => point.Value))],
            Lows = [.. buckets.Select(bucket => bucket.Min(point => point.Value))],
            Highs = [.. buckets.Select(bucket => bucket.Max(point => point.Value))],
        };
    }
}
