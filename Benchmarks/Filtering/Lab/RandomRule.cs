using Tef.Backends.Torch.Filtering;
using Tef.Core.Filtering;
using static TorchSharp.torch;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>Keeps a share of the tokens by chance: what a learned score must beat.</summary>
internal sealed class RandomRule : ITokenSelectorRule
{
    private const string Keep = "keep";

    public string Name => "random";

    /// <summary>Declared as not causal, because a cached token would be drawn only once and a recomputed one again.</summary>
    public static CustomSelector Selector(float keep) =>
        new("random", Causal: false) { Parameters = new Dictionary<string, float> { [Keep] = keep } };

    Tensor ITokenSelectorRule.Keep(CustomSelector selector, Tensor scores, Tensor gates) => rand_like(scores) < selector.Parameters[Keep];
}
