namespace Tef.Backends.Cuda.Driver;

/// <summary>How many blocks of how many threads a launch has.</summary>
/// <param name="Blocks">Blocks, in x.</param>
/// <param name="ThreadsX">Threads of a block in x.</param>
/// <param name="ThreadsY">Threads of a block in y.</param>
/// <param name="SharedBytes">Dynamic shared memory of a block.</param>
internal readonly record struct LaunchShape(uint Blocks, uint ThreadsX, uint ThreadsY = 1, uint SharedBytes = 0)
{
    /// <summary>Blocks of <paramref name="perBlock"/> items for all <paramref name="items"/>.</summary>
    /// <exception cref="ArgumentException">There are more blocks than a grid can have.</exception>
    public static uint BlocksFor(long items, uint perBlock)
    {
        long blocks = (items + perBlock - 1) / perBlock;
        return blocks is > 0 and <= int.MaxValue
            ? (uint)blocks
            : throw new ArgumentException(
                $"A launch has 1 to {int.MaxValue} blocks; {items} items in blocks of {perBlock} make {blocks}.", nameof(items));
    }
}
