using System.Numerics;

namespace Tef.Core.Numerics;

/// <summary>
/// A random order of 0 … n − 1 that takes no memory: a Feistel network over the next even power of two, walked until the
/// result lies in range (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002).
/// </summary>
internal readonly struct IndexPermutation
{
    private const int Rounds = 6;
    private readonly long _count;
    private readonly ulong _key;
    private readonly int _halfBits;

    public IndexPermutation(long count, ulong key)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _count = count;
        _key = key;
        int bits = 64 - BitOperations.LeadingZeroCount((ulong)(count - 1));
        _halfBits = Math.Max(1, (bits + 1) / 2);
    }

    /// <summary>The index at a place of the order.</summary>
    public long this[long place]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(place);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, _count);
            ulong value = (ulong)place;
            do
                value = Encrypt(value);
            while (value >= (ulong)_count);
            return (long)value;
        }
    }

    private ulong Encrypt(ulong value)
    {
        ulong mask = (1UL << _halfBits) - 1;
        ulong left = value >> _halfBits;
        ulong right = value & mask;
        for (int round = 0; round < Rounds; round++)
        {
            ulong mixed = CounterRandom.Mix(_key + CounterRandom.Mix(right + ((ulong)round << 56)));
            (left, right) = (right, left ^ (mixed & mask));
        }

        return (left << _halfBits) | right;
    }
}
