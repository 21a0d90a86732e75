using Tef.Backends.Torch.Engine;
using Tef.Core.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models;

/// <summary>The matrices of a module as inference stores them. What is no matrix of a block is read from the module itself.</summary>
internal sealed class InferenceWeights : IDisposable
{
    /// <summary>Rows whose logits are held at once.</summary>
    private const int LossRows = 64;

    private readonly Dictionary<Tensor, IPackedMatrix> _matrices = new(ReferenceEqualityComparer.Instance);
    private readonly IPackedMatrix _head;

    public InferenceWeights(LanguageModule module, ITransformerKernels kernels, InferencePrecision precision)
    {
        foreach (var matrix in module.BlockMatrices)
            _matrices.Add(matrix, kernels.Pack(matrix, false, precision));
        _head = kernels.Pack(module.HeadWeight, true, precision);
    }

    /// <summary><c>x·W + b</c>, then GELU if asked for.</summary>
    /// <param name="weight">A matrix of a block, <c>[I, O]</c>.</param>
    /// <param name="input"><c>[N, I]</c>.</param>
    /// <param name="bias"><c>[O]</c>, or none.</param>
    /// <param name="gelu">Whether to apply the activation.</param>
    /// <returns><c>[N, O]</c>.</returns>
    public Tensor Multiply(Parameter weight, Tensor input, Tensor? bias, bool gelu) => _matrices[weight].Multiply(input, bias, gelu);

    /// <param name="hidden"><c>[N, C]</c>.</param>
    /// <returns><c>[N, V]</c>.</returns>
    public Tensor Logits(Tensor hidden) => _head.Multiply(hidden, null, false);

    /// <inheritdoc cref="ITransformerKernels.TokenLosses" />
    public Tensor TokenLosses(Tensor hidden, Tensor targets, Tensor? correct = null)
    {
        long rows = hidden.shape[0];
        var losses = new List<Tensor>();
        for (long first = 0; first < rows; first += LossRows)
        {
            using var scope = NewDisposeScope();
            long count = Math.Min(LossRows, rows - first);
            var logits = Logits(hidden.narrow(0, first, count));
            var nats = ReferenceLoss.PerRow(logits, targets.narrow(0, first, count), correct?.narrow(0, first, count));
            losses.Add(nats.MoveToOuterDisposeScope());
        }
        return cat(losses, 0);
    }

    public void Dispose()
    {
        foreach (var matrix in _matrices.Values)
            matrix.Dispose();
        _head.Dispose();
    }
}
