using System.Diagnostics;

namespace Tef.Benchmarks.Measuring;

/// <summary>Runs the same work on several threads that start together.</summary>
internal static class OnThreads
{
    /// <summary>Seconds from the common start to the end of the last.</summary>
    public static double Time(int threads, Action<int> work)
    {
        using Barrier barrier = new(threads);
        long[] starts = new long[threads], ends = new long[threads];
        void Run(int index)
        {
            barrier.SignalAndWait();
            starts[index] = Stopwatch.GetTimestamp();
            work(index);
            ends[index] = Stopwatch.GetTimestamp();
        }
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(() => Run(i)))];
        foreach (Thread thread in others)
            thread.Start();
        Run(0);
        foreach (Thread thread in others)
            thread.Join();
        return Stopwatch.GetElapsedTime(starts.Min(), ends.Max()).TotalSeconds;
    }
}
