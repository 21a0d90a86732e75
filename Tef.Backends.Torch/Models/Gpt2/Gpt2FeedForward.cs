using Tef.Backends.Torch.Engine;
using Tef.Core.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>Two linear layers with an activation between them.</summary>
internal sealed class Gpt2FeedForward : nn.Module
{
    internal readonly Conv1D c_fc;
    internal readonly Conv1D c_proj;

    private readonly ITransformerKernels _kernels;
    private readonly FeedForwardActivation _activation;
    private readonly int _inner;

    public Gpt2FeedForward(Gpt2Options options, ITransformerKernels kernels, Generator? random)
        : base(nameof(Gpt2FeedForward))
    {
        _kernels = kernels;
        var architecture = options.Architecture;
        _activation = architecture.Activation;
        _inner = options.InnerWidth;
        int columns = _activation == FeedForwardActivation.SwiGlu ? 2 * _inner : _inner;
        c_fc = new Conv1D(options.Width, columns, architecture.Bias, InitialDeviation.Of(options), random);
        c_proj = new Conv1D(_inner, options.Width, architecture.Bias, InitialDeviation.OfResidual(options), random);
        RegisterComponents();
    }

    /// <param name="input"><c>[N, C]</c>.</param>
    /// <param name="pass">What the pass is for.</param>
    /// <param name="dropout">Share of the inner values to drop.</param>
    /// <returns><c>[N, C]</c>.</returns>
    public Tensor Forward(Tensor input, ForwardPass pass, double dropout)
    {
        var inner = Inner(input, pass);
        if (dropout > 0)
            inner = F.dropout(inner, dropout, true);
        return c_proj.Forward(inner, pass);
    }

    /// <returns><c>[N, I]</c>.</returns>
    private Tensor Inner(Tensor input, ForwardPass pass)
    {
        if (_activation == FeedForwardActivation.GeluTanh)
        {
            return pass.Weights is { } stored
                ? stored.Multiply(c_fc.weight, input, c_fc.bias, gelu: true)
                : _kernels.LinearGelu(input, c_fc.weight, c_fc.bias);
        }

        var linear = c_fc.Forward(input, pass);
        return _activation switch
        {
            FeedForwardActivation.Relu => F.relu(linear),
            // The columns of the gate come first.
            FeedForwardActivation.SwiGlu => F.silu(linear.narrow(1, 0, _inner)) * linear.narrow(1, _inner, _inner),
            _ => F.gelu(linear),
        };
    }
}
