using System.Diagnostics;

namespace Tef.Benchmarks.Measuring;

/// <summary>Repeats an action and keeps the best time: other work on the machine only ever adds.</summary>
internal static class Best
{
    /// <summary>Seconds of the fastest round; at least <paramref name="rounds"/> rounds and <paramref name="seconds"/> in all.</summary>
    public static double Of(Action action, double seconds, int rounds = 3)
    {
        action();
        double best = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < rounds || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; i++)
        {
            long round = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(round).TotalSeconds);
        }
        return best;
    }
}
