using static TorchSharp.torch;

namespace Tef.Backends.Torch.Engine;

/// <summary>A weight matrix <c>W</c>, <c>[I, O]</c>, as inference stores it. Many sessions may read it at once.</summary>
internal interface IPackedMatrix : IDisposable
{
    /// <summary><c>x·W + b</c>, then GELU in its tanh form if asked for; no gradients.</summary>
    /// <param name="input">Rows, <c>[N, I]</c>.</param>
    /// <param name="bias"><c>[O]</c>, or none.</param>
    /// <param name="gelu">Whether to apply the activation.</param>
    /// <returns><c>[N, O]</c>.</returns>
    Tensor Multiply(Tensor input, Tensor? bias, bool gelu);
}
