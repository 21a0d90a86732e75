using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Engine;

/// <summary>Stored weights in plain TorchSharp: rounded as the format rounds them, and kept as the floats that come out.</summary>
internal sealed class ReferencePackedMatrix : IPackedMatrix
{
    private const double LargestInt8 = 127;

    private readonly Tensor _weight;

    /// <param name="weight"><c>[I, O]</c>, or <c>[O, I]</c> with <paramref name="outputsFirst"/>.</param>
    /// <param name="outputsFirst">The layout.</param>
    /// <param name="precision">How to store it.</param>
    public ReferencePackedMatrix(Tensor weight, bool outputsFirst, InferencePrecision precision)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var source = outputsFirst ? weight.t() : weight;
        var rounded = precision == InferencePrecision.Int8
            ? RoundedToInt8(source)
            : source.to_type(ScalarType.BFloat16).to_type(ScalarType.Float32);
        _weight = rounded.DetachFromDisposeScope();
    }

    public Tensor Multiply(Tensor input, Tensor? bias, bool gelu)
    {
        var product = input.matmul(_weight);
        var x = bias is null ? product : product + bias;
        return gelu ? ReferenceTransformerKernels.Gelu(x) : x;
    }

    public void Dispose() => _weight.Dispose();

    private static Tensor RoundedToInt8(Tensor source)
    {
        var scale = source.abs().amax(0) / LargestInt8;
        var divisor = scale.masked_fill(scale == 0, 1);
        return (source / divisor).round().clamp(-LargestInt8, LargestInt8) * scale;
    }
}
