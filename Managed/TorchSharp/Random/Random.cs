using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Fills tensors with numbers that depend on the seed and the position alone.</summary>
internal static unsafe class Random
{
    internal static Tensor Fill(Tensor target, Generator? generator, double low, double high, bool requiresGrad = false) =>
        Filled(target, generator, requiresGrad, (seed, at) => low + ((high - low) * Uniform(seed, at)));

    internal static Tensor FillNormal(Tensor target, Generator? generator, double mean, double std, bool requiresGrad = false) =>
        Filled(target, generator, requiresGrad, (seed, at) => mean + (std * Normal(seed, at)));

    internal static Tensor FillIntegers(Tensor target, Generator? generator, long low, long high)
    {
        var (seed, offset) = (generator ?? Generator.Default).Reserve(target.Impl.Count);
        long* y = target.LongPointer;
        for (long i = 0; i < target.Impl.Count; i++)
            y[i] = low + (long)Math.BigMul(Mix(seed, offset + (ulong)i), (ulong)(high - low), out _);
        return target;
    }

    internal static Tensor Permutation(long n, Device? device, Generator? generator)
    {
        Tensor result = arange(n, ScalarType.Int64, device);
        var (seed, offset) = (generator ?? Generator.Default).Reserve(n);
        long* y = result.LongPointer;
        for (long i = n - 1; i > 0; i--)
        {
            long j = (long)Math.BigMul(Mix(seed, offset + (ulong)i), (ulong)(i + 1), out _);
            (y[i], y[j]) = (y[j], y[i]);
        }
        return result;
    }

    /// <summary>In [0, 1), with 53 bits.</summary>
    internal static double Uniform(ulong seed, ulong at) => (Mix(seed, at) >> 11) * (1.0 / (1UL << 53));

    /// <summary>SplitMix64 (Steele, Lea and Flood, 2014) at any position of its sequence; the seed is mixed first so that near seeds
    /// differ.</summary>
    internal static ulong Mix(ulong seed, ulong at) => Finish(Finish(seed + 0x9E3779B97F4A7C15) + ((at + 1) * 0x9E3779B97F4A7C15));

    // Box and Muller (1958), the cosine half: each position has its own pair of uniform numbers.
    private static double Normal(ulong seed, ulong at)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(seed, 2 * at)));
        return radius * Math.Cos(2 * Math.PI * Uniform(seed, (2 * at) + 1));
    }

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static Tensor Filled(Tensor target, Generator? generator, bool requiresGrad, Func<ulong, ulong, double> number)
    {
        TensorImpl impl = target.Impl;
        if (!TypePromotion.IsFloat(impl.DType))
            throw new NotSupportedException($"Random real numbers need a real element type, found {impl.DType}.");
        var (seed, offset) = (generator ?? Generator.Default).Reserve(impl.Count);
        TensorImpl numbers = impl.IsContiguous && impl.DType == ScalarType.Float32 ? impl.AddReference() : TensorImpl.Allocate(
            impl.Shape, ScalarType.Float32);
        float* y = numbers.As<float>();
        ThreadTeam.For(impl.Count, 16384, (begin, end) =>
        {
            for (long i = begin; i < end; i++)
                y[i] = (float)number(seed, offset + (ulong)i);
        });
        if (!ReferenceEquals(numbers, impl))
            Elementwise.Copy(impl, numbers);
        numbers.Release();
        impl.Storage.BumpVersion();
        return requiresGrad ? target.requires_grad_() : target;
    }
}
