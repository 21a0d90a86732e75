using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>The norm that the options ask for.</summary>
internal static class Norm
{
    /// <returns>Rows <c>[N, C]</c> in, rows out.</returns>
    public static nn.Module<Tensor, Tensor> Create(Gpt2Options options) => options.Architecture.Norm switch
    {
        NormKind.RmsNorm => new RmsNorm(options.Width, options.LayerNormEpsilon),
        _ => nn.LayerNorm(options.Width, options.LayerNormEpsilon, bias: options.Architecture.Bias),
    };
}
