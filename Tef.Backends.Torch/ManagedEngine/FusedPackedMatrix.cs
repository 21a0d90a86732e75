using Tef.Backends.Torch.Engine;
using Tef.Core.Models;
using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary>Stored weights that the kernels read as they are, without floats in between when there are few rows.</summary>
internal sealed unsafe class FusedPackedMatrix : IPackedMatrix
{
    private readonly PackedWeights _weights;
    private readonly int _outputs;

    /// <param name="weight"><c>[I, O]</c>, or <c>[O, I]</c> with <paramref name="outputsFirst"/>.</param>
    /// <param name="outputsFirst">The layout.</param>
    /// <param name="precision">How to store it.</param>
    public FusedPackedMatrix(Tensor weight, bool outputsFirst, InferencePrecision precision)
    {
        using var scope = NewDisposeScope();
        var source = weight.contiguous();
        int inputs = (int)source.shape[outputsFirst ? 1 : 0];
        _outputs = (int)source.shape[outputsFirst ? 0 : 1];
        _weights = new PackedWeights(source.Impl.As<float>(), outputsFirst, inputs, _outputs, precision == InferencePrecision.Int8);
    }

    public Tensor Multiply(Tensor input, Tensor? bias, bool gelu)
    {
        var x = input.contiguous();
        int rows = (int)x.shape[0];
        var result = empty(rows, _outputs);
        _weights.Multiply(x.Impl.As<float>(), rows, bias is null ? null : bias.Impl.As<float>(), gelu, result.Impl.As<float>());
        return result;
    }

    public void Dispose() => _weights.Dispose();
}
