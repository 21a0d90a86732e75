using Tef.Backends.Torch.Filtering;
using Tef.Core.Filtering;
using static TorchSharp.torch;

namespace Tef.Samples.CustomKernels;

/// <summary>A selector of one's own: keeps tokens whose gate lies between two bounds. Each token is decided alone, so it is causal.</summary>
internal sealed class BandRule : ITokenSelectorRule
{
    public string Name => "band";

    /// <summary>The options that choose this rule.</summary>
    public static CustomSelector Between(float low, float high) =>
        new("band", Causal: true) { Parameters = new Dictionary<string, float> { ["low"] = low, ["high"] = high } };

    public Tensor Keep(CustomSelector selector, Tensor scores, Tensor gates) =>
        (gates >= selector.Parameters["low"]).logical_and(gates <= selector.Parameters["high"]);
}
