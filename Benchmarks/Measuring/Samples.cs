using TorchSharp.Kernels;

namespace Tef.Benchmarks.Measuring;

/// <summary>Seeded input.</summary>
internal static unsafe class Samples
{
    /// <summary>Uniform numbers in [-1, 1) in a rented block.</summary>
    public static float* Floats(long count, ulong seed)
    {
        float* x = NativePool.RentFloats(count);
        for (long i = 0; i < count; i++)
            x[i] = (2f * CounterRandom.Uniform(seed, (ulong)i)) - 1f;
        return x;
    }
}
