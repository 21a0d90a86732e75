using System.Diagnostics;

namespace TorchSharp.Kernels;

/// <summary>A background thread that waits for loops: it spins briefly, since kernels follow each other closely, then parks.</summary>
internal sealed class Worker
{
    private static readonly long s_spinTicks = Stopwatch.Frequency / 5_000;

    private readonly AutoResetEvent _signal = new(false);
    private readonly Job _job;
    private readonly int _index;
    private int _parked;

    public Worker(Job job, int index)
    {
        _job = job;
        _index = index;
        new Thread(Loop) { IsBackground = true, Name = $"kernel {index}" }.Start();
    }

    /// <summary>Called after the epoch has grown.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _parked) != 0 && Interlocked.Exchange(ref _parked, 0) != 0)
            _signal.Set();
    }

    private void Loop()
    {
        // The first loop may have begun before this thread: an epoch of zero lets it help at once.
        int seen = 0;
        while (true)
        {
            WaitForEpochAfter(seen);
            seen = _job.Epoch;
            _job.Help(_index);
        }
    }

    private void WaitForEpochAfter(int seen)
    {
        long start = Stopwatch.GetTimestamp();
        while (_job.Epoch == seen)
        {
            Thread.SpinWait(1);
            if (Stopwatch.GetTimestamp() - start < s_spinTicks)
                continue;
            Interlocked.Exchange(ref _parked, 1);
            // Whoever raised the epoch before this line may not have seen the flag; look again before sleeping.
            if (_job.Epoch != seen)
            {
                Interlocked.Exchange(ref _parked, 0);
                return;
            }
            _signal.WaitOne();
            start = Stopwatch.GetTimestamp();
        }
    }
}
