using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models;

/// <summary>Fresh weights, or room for stored ones.</summary>
internal static class InitialWeights
{
    /// <summary>A matrix of normally distributed numbers around zero; of undefined ones without a source of random numbers.</summary>
    public static Tensor Normal(long rows, long columns, double deviation, Generator? random) =>
        random is null ? empty(rows, columns) : randn(rows, columns, generator: random).mul_(deviation);
}
