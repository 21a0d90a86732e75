namespace Tef.MLNet.TextGeneration;

/// <summary>
/// Gives every prompt random numbers of its own that do not depend on when, where and among which others it is continued.
/// </summary>
internal static class PromptSeed
{
    /// <summary>Mixes a seed with the ids of a prompt: FNV-1a over their bytes, folded to 32 bits.</summary>
    public static int Mix(int seed, ReadOnlySpan<int> prompt)
    {
        const ulong Prime = 0x100000001B3;
        ulong hash = 0xCBF29CE484222325;
        Add(ref hash, seed);
        foreach (int id in prompt)
            Add(ref hash, id);
        return unchecked((int)(hash ^ (hash >> 32)));

        static void Add(ref ulong hash, int value)
        {
            for (int shift = 0; shift < 32; shift += 8)
                hash = unchecked((hash ^ (byte)(value >> shift)) * Prime);
        }
    }
}
