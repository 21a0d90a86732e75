using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Kernels;

/// <summary>
/// The loop that the team works on. Workers may enter while the gate is open and are counted in it;
/// the caller closes the gate when no chunk is left and waits for those inside, never for those that did not come.
/// </summary>
internal sealed unsafe class Job
{
    private const int Closed = 1 << 30;
    private const int SpinsBeforeYield = 2000;

    private readonly Share[] _shares = new Share[257];
    private delegate*<void*, long, long, void> _invoke;
    private void* _body;
    private long _count;
    private long _grain;
    private int _threads;
    private int _gate = Closed;
    private int _epoch;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Grows by one with each loop.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    public void Run(long count, long grain, int threads, void* body, delegate*<void*, long, long, void> invoke, List<Worker> workers)
    {
        long chunks = (count + grain - 1) / grain;
        threads = (int)Math.Min(threads, chunks);
        _count = count;
        _grain = grain;
        _threads = threads;
        _body = body;
        _invoke = invoke;
        for (int t = 0; t < threads; t++)
        {
            _shares[t].Next = chunks * t / threads;
            _shares[t].End = chunks * (t + 1) / threads;
        }
        Interlocked.And(ref _gate, ~Closed);
        Interlocked.Increment(ref _epoch);
        for (int w = 0; w < threads - 1; w++)
            workers[w].Wake();

        Work(0);

        Interlocked.Or(ref _gate, Closed);
        // The others are about to end: to give up the processor early costs more than it saves.
        for (int spins = 0; Volatile.Read(ref _gate) != Closed; spins++)
        {
            if (spins < SpinsBeforeYield)
                Thread.SpinWait(1);
            else
                Thread.Yield();
        }
        if (_failure is { } failure)
        {
            _failure = null;
            failure.Throw();
        }
    }

    /// <summary>Called by the worker at place <paramref name="index"/> (from 1) after it saw a new epoch.</summary>
    public void Help(int index)
    {
        if ((Interlocked.Increment(ref _gate) & Closed) == 0 && index < _threads)
            Work(index);
        Interlocked.Decrement(ref _gate);
    }

    private void Work(int index)
    {
        try
        {
            for (int t = 0; t < _threads; t++)
            {
                ref Share share = ref _shares[(index + t) % _threads];
                while (true)
                {
                    long chunk = Interlocked.Increment(ref share.Next) - 1;
                    if (chunk >= share.End)
                        break;
                    long begin = chunk * _grain;
                    _invoke(_body, begin, Math.Min(begin + _grain, _count));
                }
            }
        }
#pragma warning disable CA1031 // Whatever a body throws belongs to the caller of the loop.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
    }

    /// <summary>The chunks that one thread takes first, on cache lines of their own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Share
    {
        [FieldOffset(0)]
        public long Next;

        [FieldOffset(8)]
        public long End;
    }
}
