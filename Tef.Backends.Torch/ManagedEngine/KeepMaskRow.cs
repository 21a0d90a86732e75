using System.Numerics;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary>
/// Which tokens of one sequence a cumulative share keeps. The rule speaks of sorted shares and their running sum, but only the
/// place where that sum crosses τ matters: shares fall into buckets by size, whole buckets are added from the top, and the tokens
/// of the bucket that crosses are sorted alone. PyTorch keeps the running sum in double and rounds it to float. Doubles hold the
/// sums exactly, whatever their order, as long as no share is below <see cref="LeastShare"/>; other rows are sorted whole.
/// </summary>
internal static unsafe class KeepMaskRow
{
    /// <summary>Multiples of 2⁻⁵² below 2 are doubles, and every float from here on is such a multiple.</summary>
    private const float LeastShare = 1f / (1 << 29);

    private const int Buckets = 256;

    /// <summary>Bytes of working memory for a row.</summary>
    public static long WorkBytes(int length) => (Buckets * sizeof(double)) + (length * (long)(sizeof(ulong) + sizeof(int)));

    /// <param name="shares">Shares of the total, <c>[T]</c>; not a number where the total is zero.</param>
    /// <param name="tau">Share to keep.</param>
    /// <param name="keep">Receives 0 or 1, <c>[T]</c>.</param>
    /// <param name="work">Working memory.</param>
    public static void Run(ReadOnlySpan<float> shares, float tau, Span<byte> keep, byte* work)
    {
        var sums = new Span<double>(work, Buckets);
        var keys = new Span<ulong>(work + (Buckets * sizeof(double)), shares.Length);
        var buckets = new Span<int>(work + (Buckets * sizeof(double)) + (shares.Length * sizeof(ulong)), shares.Length);
        var (lowest, highest) = Range(shares);
        if (!(lowest >= LeastShare && highest <= 1))
        {
            keep.Clear();
            KeepSorted(shares, keys, 0, tau, keep);
            return;
        }

        Assign(shares, lowest, highest > lowest ? (Buckets - 1) / (highest - lowest) : 0, buckets);
        sums.Clear();
        for (int i = 0; i < shares.Length; i++)
            sums[buckets[i]] += shares[i];
        double running = 0;
        int crossing = Buckets - 1;
        for (; crossing >= 0 && (float)(running + sums[crossing]) <= tau; crossing--)
            running += sums[crossing];

        int candidates = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            int bucket = buckets[i];
            keep[i] = bucket > crossing ? (byte)1 : (byte)0;
            if (bucket == crossing)
                keys[candidates++] = Key(shares[i], i);
        }
        if (candidates > 0)
            KeepSorted(shares, keys[..candidates], running, tau, keep);
    }

    /// <summary>The smallest share above zero and the largest; a range that excludes itself when one is negative or not a number.</summary>
    private static (float Lowest, float Highest) Range(ReadOnlySpan<float> shares)
    {
        int i = 0;
        float lowest = float.PositiveInfinity, highest = 0;
        if (shares.Length >= Vector<float>.Count)
        {
            var low = new Vector<float>(float.PositiveInfinity);
            var high = Vector<float>.Zero;
            var strange = Vector<int>.Zero;
            for (; i + Vector<float>.Count <= shares.Length; i += Vector<float>.Count)
            {
                var share = new Vector<float>(shares[i..]);
                strange |= ~Vector.GreaterThanOrEqual(share, Vector<float>.Zero);
                low = Vector.Min(low, Vector.ConditionalSelect(Vector.Equals(share, Vector<float>.Zero), low, share));
                high = Vector.Max(high, share);
            }
            if (strange != Vector<int>.Zero)
                return (float.NaN, float.NaN);
            for (int lane = 0; lane < Vector<float>.Count; lane++)
            {
                lowest = Math.Min(lowest, low[lane]);
                highest = Math.Max(highest, high[lane]);
            }
        }
        for (; i < shares.Length; i++)
        {
            if (!(shares[i] >= 0))
                return (float.NaN, float.NaN);
            if (shares[i] > 0)
                lowest = Math.Min(lowest, shares[i]);
            highest = Math.Max(highest, shares[i]);
        }
        return (lowest, highest);
    }

    /// <summary>Larger shares never fall into lower buckets: every operation here is monotonic.</summary>
    private static void Assign(ReadOnlySpan<float> shares, float lowest, float scale, Span<int> buckets)
    {
        int i = 0;
        Vector<float> low = new(lowest), scales = new(scale);
        for (; i + Vector<float>.Count <= shares.Length; i += Vector<float>.Count)
        {
            var place = Vector.Max((new Vector<float>(shares[i..]) - low) * scales, Vector<float>.Zero);
            Vector.ConvertToInt32(place).CopyTo(buckets[i..]);
        }
        for (; i < shares.Length; i++)
            buckets[i] = (int)Math.Max((shares[i] - lowest) * scale, 0);
    }

    /// <summary>Goes on with the running sum over some tokens, largest first; the very first token of a row is always kept.</summary>
    /// <param name="shares">All shares of the row.</param>
    /// <param name="keys">The tokens to go over; filled in here when they are all.</param>
    /// <param name="running">Sum of the larger shares, all of them kept.</param>
    /// <param name="tau">Share to keep.</param>
    /// <param name="keep">Receives ones for those that are kept.</param>
    private static void KeepSorted(ReadOnlySpan<float> shares, Span<ulong> keys, double running, float tau, Span<byte> keep)
    {
        if (keys.Length == shares.Length)
        {
            for (int i = 0; i < keys.Length; i++)
                keys[i] = Key(shares[i], i);
        }
        keys.Sort();
        bool first = keep.IndexOf((byte)1) < 0;
        foreach (ulong key in keys)
        {
            int token = (int)(uint)key;
            running += shares[token];
            if ((float)running <= tau || first)
                keep[token] = 1;
            first = false;
        }
    }

    /// <summary>Ascending keys are descending shares, equal ones in their order; not a number is largest.</summary>
    private static ulong Key(float share, int token)
    {
        uint order = uint.MaxValue;
        if (!float.IsNaN(share))
        {
            uint bits = BitConverter.SingleToUInt32Bits(share + 0f);
            order = (bits >> 31) != 0 ? ~bits : bits | (1u << 31);
        }
        return ((ulong)~order << 32) | (uint)token;
    }
}
