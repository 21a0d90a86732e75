using System.Diagnostics;

namespace TorchSharp.Kernels;

/// <summary>
/// Where one thread's time goes, kernel by kernel, between <see cref="Start"/> and <see cref="Stop"/>. Kernels that call others
/// are charged with their own time alone. While no profile is running a kernel pays one test of a flag.
/// </summary>
internal sealed class KernelProfile
{
    private static int s_running;

    [ThreadStatic]
    private static KernelProfile? t_current;

    private readonly Dictionary<string, KernelTime> _kernels = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _ended;
    private long _inner;

    private KernelProfile()
    {
    }

    /// <summary>Seconds from start to stop, kernels and all else.</summary>
    public double Seconds => Stopwatch.GetElapsedTime(_started, _ended).TotalSeconds;

    /// <summary>What was called, by name.</summary>
    public IReadOnlyDictionary<string, KernelTime> Kernels => _kernels;

    /// <summary>Watches the kernels that this thread calls from now on.</summary>
    public static KernelProfile Start()
    {
        if (t_current is not null)
            throw new InvalidOperationException("A profile of this thread is running already.");
        Interlocked.Increment(ref s_running);
        return t_current = new KernelProfile();
    }

    /// <summary>Ends the watch; called on the thread that started it.</summary>
    public void Stop()
    {
        _ended = Stopwatch.GetTimestamp();
        t_current = null;
        Interlocked.Decrement(ref s_running);
    }

    /// <summary>A kernel that runs until the result is disposed.</summary>
    /// <param name="name">The kernel.</param>
    /// <param name="flops">Floating-point operations that it needs; 0 when memory is what bounds it.</param>
    /// <param name="bytes">Bytes that it has to read and write; 0 when arithmetic is what bounds it.</param>
    public static Region Measure(string name, double flops, double bytes) =>
        s_running != 0 && t_current is { } profile ? new Region(profile, name, flops, bytes) : default;

    /// <summary>A call of a kernel.</summary>
    internal readonly ref struct Region
    {
        private readonly KernelProfile? _profile;
        private readonly string _name;
        private readonly double _flops;
        private readonly double _bytes;
        private readonly long _started;
        private readonly long _before;

        public Region(KernelProfile profile, string name, double flops, double bytes)
        {
            _profile = profile;
            _name = name;
            _flops = flops;
            _bytes = bytes;
            _before = profile._inner;
            profile._inner = 0;
            _started = Stopwatch.GetTimestamp();
        }

        public void Dispose()
        {
            if (_profile is null)
                return;
            long elapsed = Stopwatch.GetTimestamp() - _started;
            if (!_profile._kernels.TryGetValue(_name, out KernelTime? time))
                _profile._kernels.Add(_name, time = new KernelTime());
            time.Add((elapsed - _profile._inner) / (double)Stopwatch.Frequency, _flops, _bytes);
            _profile._inner = _before + elapsed;
        }
    }
}
