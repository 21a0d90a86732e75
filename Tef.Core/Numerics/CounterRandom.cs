namespace Tef.Core.Numerics;

/// <summary>
/// Random numbers that are a function of seed, stream and counter, so that they depend on no order of calls and need no state
/// to be saved. The mixing function is that of SplitMix64 (Steele, Lea and Flood, 2014).
/// </summary>
public static class CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>64 random bits.</summary>
    /// <param name="seed">Chosen by the user.</param>
    /// <param name="stream">What draws: an epoch, a sequence.</param>
    /// <param name="counter">Which draw of the stream.</param>
    public static ulong Bits(long seed, long stream, long counter)
    {
        ulong state = Mix((ulong)seed + Golden);
        state = Mix((state ^ (ulong)stream) + Golden);
        return Mix((state ^ (ulong)counter) + Golden);
    }

    /// <summary>A number of at least 0 and below 1, with 53 random bits.</summary>
    /// <param name="seed">Chosen by the user.</param>
    /// <param name="stream">What draws: an epoch, a sequence.</param>
    /// <param name="counter">Which draw of the stream.</param>
    public static double Uniform(long seed, long stream, long counter) => (Bits(seed, stream, counter) >> 11) * (1.0 / (1L << 53));

    /// <summary>An integer of at least 0 and below <paramref name="bound"/>.</summary>
    /// <param name="seed">Chosen by the user.</param>
    /// <param name="stream">What draws: an epoch, a sequence.</param>
    /// <param name="counter">Which draw of the stream.</param>
    /// <param name="bound">At least 1.</param>
    public static long Below(long seed, long stream, long counter, long bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (long)Math.BigMul(Bits(seed, stream, counter), (ulong)bound, out _);
    }

    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
