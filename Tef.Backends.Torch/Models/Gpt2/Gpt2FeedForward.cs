using Tef.Backends.Torch.Engine;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>Two linear layers with <c>gelu_new</c> between them.</summary>
internal sealed class Gpt2FeedForward : nn.Module
{
    internal readonly Conv1D c_fc;
    internal readonly Conv1D c_proj;

    private readonly ITransformerKernels _kernels;

    public Gpt2FeedForward(Gpt2Options options, ITransformerKernels kernels, Generator? random)
        : base(nameof(Gpt2FeedForward))
    {
        _kernels = kernels;
        c_fc = new Conv1D(options.Width, options.InnerWidth, options.InitializerRange, random);
        c_proj = new Conv1D(options.InnerWidth, options.Width, options.InitializerRange / Math.Sqrt(2.0 * options.Layers), random);
        RegisterComponents();
    }

    /// <param name="input"><c>[N, C]</c>.</param>
    /// <param name="pass">What the pass is for.</param>
    /// <returns><c>[N, C]</c>.</returns>
    public Tensor Forward(Tensor input, ForwardPass pass)
    {
        var inner = pass.Weights is { } stored
            ? stored.Multiply(c_fc.weight, input, c_fc.bias, gelu: true)
            : _kernels.LinearGelu(input, c_fc.weight, c_fc.bias);
        return c_proj.Forward(inner, pass);
    }
}
