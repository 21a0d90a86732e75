using Tef.Backends.Torch.Engine;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models;

/// <summary>Builds the module of a model family.</summary>
internal static class LanguageModuleFactory
{
    /// <param name="options">The configuration.</param>
    /// <param name="kernels">What computes.</param>
    /// <param name="device">Where the weights are.</param>
    /// <param name="seed">Decides the initial weights; when null they are undefined, for those who fill them.</param>
    /// <exception cref="NotSupportedException">This backend does not know the family.</exception>
    public static LanguageModule Create(LanguageModelOptions options, ComputeKernels kernels, Device device, int? seed) => options switch
    {
        Gpt2Options gpt2 => new Gpt2.Gpt2(gpt2, kernels, device, seed),
        _ => throw new NotSupportedException($"The torch backend has no model family for {options.GetType().Name}."),
    };
}
