namespace Tef.Samples.Quickstart.Stories;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014). The numbers depend on seed, stream and index alone, on every machine and runtime,
/// so that any story can be told without telling those before it.
/// </summary>
internal sealed class StoryRandom(ulong seed, ulong stream, ulong index)
{
    private ulong _state = Mix(Mix(Mix(seed) + stream) + index);

    /// <summary>A number from 0 to <paramref name="count"/> − 1.</summary>
    public int Next(int count)
    {
        _state += 0x9E3779B97F4A7C15;
        return (int)Math.BigMul(Mix(_state), (ulong)count, out _);
    }

    public bool Chance(int percent) => Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
