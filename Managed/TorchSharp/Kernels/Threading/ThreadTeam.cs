using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>
/// The one pool of threads behind all kernels: a fork and join over ranges of indices.
/// A range is cut at multiples of its grain; each thread takes chunks of its own share first and then helps the others.
/// Who runs a chunk therefore varies, what a chunk computes does not, so results do not depend on timing.
/// A call made while the team is busy (from a body, or from another thread) runs inline over the same chunks.
/// </summary>
internal static unsafe class ThreadTeam
{
    private const int MaxThreads = 256;

    private static readonly Job s_job = new();
    private static readonly List<Worker> s_workers = [];
    private static volatile int s_threads = Math.Clamp(Environment.ProcessorCount, 1, MaxThreads);
    private static int s_busy;

    /// <summary>How many threads work on a loop, the caller included.</summary>
    public static int Threads
    {
        get => s_threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxThreads);
            s_threads = value;
        }
    }

    /// <summary>Runs <paramref name="body"/> over <c>0 ≤ i &lt; count</c> in chunks of <paramref name="grain"/> items.</summary>
    public static void For<TBody>(long count, long grain, ref TBody body)
        where TBody : struct, IRangeBody
    {
        if (count <= 0)
            return;
        grain = Math.Max(grain, 1);
        int threads = s_threads;
        if (count <= grain || threads == 1 || Interlocked.CompareExchange(ref s_busy, 1, 0) != 0)
        {
            for (long i = 0; i < count; i += grain)
                body.Run(i, Math.Min(i + grain, count));
            return;
        }
        try
        {
            // The copy lives on this stack frame, which outlasts the join: its address is stable.
            TBody local = body;
            EnsureWorkers(threads - 1);
            s_job.Run(count, grain, threads, Unsafe.AsPointer(ref local), &Invoke<TBody>, s_workers);
        }
        finally
        {
            Volatile.Write(ref s_busy, 0);
        }
    }

    /// <summary>The same for code outside hot paths.</summary>
    public static void For(long count, long grain, Action<long, long> body)
    {
        ActionBody adapter = new(body);
        For(count, grain, ref adapter);
    }

    private static void Invoke<TBody>(void* body, long begin, long end)
        where TBody : struct, IRangeBody
        => Unsafe.AsRef<TBody>(body).Run(begin, end);

    private static void EnsureWorkers(int count)
    {
        while (s_workers.Count < count)
            s_workers.Add(new Worker(s_job, s_workers.Count + 1));
    }

    private readonly struct ActionBody(Action<long, long> action) : IRangeBody
    {
        public void Run(long begin, long end) => action(begin, end);
    }
}
