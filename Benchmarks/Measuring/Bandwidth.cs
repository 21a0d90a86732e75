using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp.Kernels;

namespace Tef.Benchmarks.Measuring;

/// <summary>Memory bandwidth beyond the caches: reading a large array, and a[i] = b[i] + s·c[i] (STREAM's triad).</summary>
internal static unsafe class Bandwidth
{
    private const long FloatsPerThread = 48L << 20 >> 2;

    /// <summary>Bytes read per second, in GB/s.</summary>
    public static double Read(int threads, double seconds)
    {
        long count = FloatsPerThread * 4;
        float* data = Filled(count * threads);
        double best = Repeat(seconds, () => OnThreads.Time(threads, i => GC.KeepAlive(Sum(data + (i * count), count))));
        NativePool.Return(data);
        return count * threads * sizeof(float) / best / 1e9;
    }

    /// <summary>Bytes read and written per second, in GB/s.</summary>
    public static double Triad(int threads, double seconds)
    {
        long count = FloatsPerThread;
        float* a = Filled(count * threads), b = Filled(count * threads), c = Filled(count * threads);
        double best = Repeat(
            seconds, () => OnThreads.Time(threads, i => Triad(a + (i * count), b + (i * count), c + (i * count), count)));
        NativePool.Return(a);
        NativePool.Return(b);
        NativePool.Return(c);
        return 3.0 * count * threads * sizeof(float) / best / 1e9;
    }

    private static double Repeat(double seconds, Func<double> round)
    {
        double best = round(), total = 0.0;
        for (int i = 0; i < 3 || total < seconds; i++)
        {
            double time = round();
            total += time;
            best = Math.Min(best, time);
        }
        return best;
    }

    private static float* Filled(long count)
    {
        float* data = NativePool.RentFloats(count);
        new Span<float>(data, checked((int)count)).Fill(1f);
        return data;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Sum(float* x, long count)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        for (long i = 0; i < count; i += 64)
        {
            a += Vector512.Load(x + i);
            b += Vector512.Load(x + i + 16);
            c += Vector512.Load(x + i + 32);
            d += Vector512.Load(x + i + 48);
        }
        return Vector512.Sum(a + b + c + d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Triad(float* a, float* b, float* c, long count)
    {
        Vector512<float> s = Vector512.Create(0.5f);
        for (long i = 0; i < count; i += 16)
            (Vector512.Load(b + i) + (s * Vector512.Load(c + i))).Store(a + i);
    }
}
