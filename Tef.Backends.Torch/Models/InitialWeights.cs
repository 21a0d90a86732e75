using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models;

/// <summary>Fresh weights, or room for stored ones.</summary>
internal static class InitialWeights
{
    /// <summary>A matrix of normally distributed numbers around zero; of undefined ones without a source of random numbers.</summary>
    public static Tensor Normal(long rows, long columns, double deviation, Generator? random) =>
        random is null ? empty(rows, columns) : randn(rows, columns, generator: random).mul_(deviation);

    /// <summary>A table of vectors.</summary>
    /// <param name="rows">Number of vectors.</param>
    /// <param name="width">Numbers of each.</param>
    /// <param name="deviation">Standard deviation of the numbers.</param>
    /// <param name="random">Their source; undefined numbers when null.</param>
    public static Embedding Table(int rows, int width, double deviation, Generator? random)
    {
        // The table that comes with the module would be drawn for nothing.
        var table = nn.Embedding(1, width);
        var drawn = table.weight;
        table.weight = nn.Parameter(Normal(rows, width, deviation, random));
        drawn.Dispose();
        return table;
    }
}
