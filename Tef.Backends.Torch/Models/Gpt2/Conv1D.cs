using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>A linear layer that stores its weight as GPT-2 does, <c>[in, out]</c>: <c>y = x·W + b</c>.</summary>
internal sealed class Conv1D : nn.Module<Tensor, Tensor>
{
    internal readonly Parameter weight;
    internal readonly Parameter? bias;

    /// <param name="inputs">Width of the input, <c>I</c>.</param>
    /// <param name="outputs">Width of the output, <c>O</c>.</param>
    /// <param name="hasBias">Whether to add a bias.</param>
    /// <param name="deviation">Standard deviation of the initial weights.</param>
    /// <param name="random">Source of the initial weights; undefined weights when null.</param>
    public Conv1D(int inputs, int outputs, bool hasBias, double deviation, Generator? random)
        : base(nameof(Conv1D))
    {
        weight = nn.Parameter(InitialWeights.Normal(inputs, outputs, deviation, random));
        bias = hasBias ? nn.Parameter(zeros(outputs)) : null;
        RegisterComponents();
    }

    /// <param name="input"><c>[N, I]</c>.</param>
    /// <returns><c>[N, O]</c>.</returns>
    public override Tensor forward(Tensor input) => bias is null ? input.matmul(weight) : addmm(bias, input, weight, 1, 1);

    /// <summary>The same with the weights of a pass.</summary>
    /// <param name="input"><c>[N, I]</c>.</param>
    /// <param name="pass">What the pass is for.</param>
    /// <returns><c>[N, O]</c>.</returns>
    public Tensor Forward(Tensor input, ForwardPass pass) =>
        pass.Weights is { } stored ? stored.Multiply(weight, input, bias, gelu: false) : call(input);
}
