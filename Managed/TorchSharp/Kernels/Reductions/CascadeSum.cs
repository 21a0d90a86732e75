using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TorchSharp.Kernels;

/// <summary>
/// Sums of a run of floats, rounded as PyTorch rounds them on a CPU: eight lanes in four independent chains, each chain a cascade
/// of four levels, so that the error grows with the logarithm of the length. Decisions at a threshold of a sum, such as which
/// tokens a cumulative share keeps, come out as they do there.
/// </summary>
internal static class CascadeSum
{
    private const int Chains = 4;
    private const int Levels = 4;

    internal static float Of(ReadOnlySpan<float> run)
    {
        if (run.Length < Vector256<float>.Count)
            return Chained(run);
        var vectors = MemoryMarshal.Cast<float, Lanes>(run);
        var lanes = Chained(vectors).Values;
        float sum = 0;
        foreach (float rest in run[(vectors.Length * Vector256<float>.Count)..])
            sum += rest;
        for (int lane = 0; lane < Vector256<float>.Count; lane++)
            sum += lanes[lane];
        return sum;
    }

    private static T Chained<T>(ReadOnlySpan<T> run)
        where T : struct, IAdditionOperators<T, T, T>
    {
        var levels = default(LevelBuffer<T>);
        int length = run.Length / Chains;
        int power = Math.Max(4, BitOperations.Log2((uint)Math.Max(1, (2 * length) - 1)) / Levels);
        int block = 1 << power, i = 0;
        while (i + block <= length)
        {
            for (int end = i + block; i < end; i++)
                Add(ref levels, 0, run.Slice(i * Chains, Chains));
            for (int level = 1; level < Levels; level++)
            {
                Add(ref levels, level, levels[((level - 1) * Chains)..(level * Chains)]);
                levels[((level - 1) * Chains)..(level * Chains)].Clear();
                if ((i & ((block - 1) << (level * power))) != 0)
                    break;
            }
        }
        for (; i < length; i++)
            Add(ref levels, 0, run.Slice(i * Chains, Chains));
        for (int level = 1; level < Levels; level++)
            Add(ref levels, 0, levels[(level * Chains)..((level + 1) * Chains)]);
        foreach (var rest in run[(length * Chains)..])
            levels[0] += rest;
        return levels[0] + levels[1] + levels[2] + levels[3];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(ref LevelBuffer<T> levels, int level, ReadOnlySpan<T> chains)
        where T : struct, IAdditionOperators<T, T, T>
    {
        int start = level * Chains;
        levels[start] += chains[0];
        levels[start + 1] += chains[1];
        levels[start + 2] += chains[2];
        levels[start + 3] += chains[3];
    }

    private readonly record struct Lanes(Vector256<float> Values) : IAdditionOperators<Lanes, Lanes, Lanes>
    {
        public static Lanes operator +(Lanes left, Lanes right) => new(left.Values + right.Values);
    }

    [InlineArray(Levels * Chains)]
    private struct LevelBuffer<T>
    {
        private T _first;
    }
}
