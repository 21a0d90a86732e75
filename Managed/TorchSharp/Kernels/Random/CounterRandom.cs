namespace TorchSharp.Kernels;

/// <summary>
/// Uniform numbers that are a function of (seed, position) alone: any part of a stream can be drawn anywhere, in any order.
/// </summary>
internal static class CounterRandom
{
    /// <summary>The two keys of the stretch of 2³² positions that <paramref name="position"/> lies in.</summary>
    public static (uint Key0, uint Key1) Keys(ulong seed, ulong position)
    {
        ulong x = Mix(seed + 0x9e3779b97f4a7c15ul) ^ (position >> 32);
        x = Mix(x + 0x9e3779b97f4a7c15ul);
        return ((uint)x, (uint)(x >> 32));
    }

    /// <summary>One number in [0, 1), the same as the vectors give.</summary>
    public static float Uniform(ulong seed, ulong position)
    {
        (uint key0, uint key1) = Keys(seed, position);
        uint x = (uint)position ^ key0;
        x = (x ^ (x >> 16)) * 0x85ebca6bu;
        x = ((x ^ (x >> 13)) * 0xc2b2ae35u) + key1;
        x = (x ^ (x >> 16)) * 0x85ebca6bu;
        x = (x ^ (x >> 13)) * 0xc2b2ae35u;
        x ^= x >> 16;
        return (x >> 8) * (1f / (1 << 24));
    }

    // The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ul;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebul;
        return z ^ (z >> 31);
    }
}
