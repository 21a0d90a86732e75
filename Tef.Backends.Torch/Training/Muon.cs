using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>
/// Momentum whose matrix updates are orthogonalised by a Newton–Schulz iteration (Jordan et al., "Muon: An optimizer for hidden
/// layers in neural networks", 2024), with decoupled weight decay.
/// </summary>
internal sealed class Muon : IDisposable
{
    private const double Momentum = 0.95;
    private const int Iterations = 5;

    private readonly (Parameter Weight, Tensor Momentum)[] _matrices;

    public Muon(IEnumerable<Parameter> matrices) =>
        _matrices = [.. matrices.Select(weight => (weight, zeros_like(weight).DetachFromDisposeScope()))];

    /// <summary>Takes one step along the gradients.</summary>
    /// <param name="learningRate">Step size; the orthogonal update of a matrix <c>[in, out]</c> is scaled by <c>√max(1, out/in)</c>.</param>
    /// <param name="weightDecay">Share of the weights, times the learning rate, that decays.</param>
    public void Step(double learningRate, double weightDecay)
    {
        using var noGrad = no_grad();
        foreach (var (weight, momentum) in _matrices)
        {
            if (weight.grad is not { } gradient)
                continue;
            using var scope = NewDisposeScope();
            momentum.mul_(Momentum).add_(gradient, 1 - Momentum);
            var nesterov = (gradient * (1 - Momentum)).add_(momentum, Momentum);
            var update = Orthogonalize(nesterov);
            double scale = Math.Sqrt(Math.Max(1.0, (double)weight.shape[1] / weight.shape[0]));
            weight.mul_(1 - (learningRate * weightDecay)).add_(update, -learningRate * scale);
        }
    }

    /// <summary>The momentum of every matrix, in their order.</summary>
    public IEnumerable<(Parameter Weight, Tensor Momentum)> States => _matrices;

    public void Dispose()
    {
        foreach (var (_, momentum) in _matrices)
            momentum.Dispose();
    }

    /// <summary>
    /// The nearest semi-orthogonal matrix, roughly: a quintic iteration <c>X ← aX + (bA + cA²)X</c>, <c>A = XXᵀ</c>, whose
    /// coefficients are chosen for speed, so that singular values end between about 0.7 and 1.2.
    /// </summary>
    internal static Tensor Orthogonalize(Tensor matrix)
    {
        const double a = 3.4445, b = -4.7750, c = 2.0315;
        bool tall = matrix.shape[0] > matrix.shape[1];
        var x = tall ? matrix.t() : matrix;
        x = x / (x.norm() + 1e-7);
        for (int i = 0; i < Iterations; i++)
        {
            var square = x.mm(x.t());
            x = (x * a) + ((square * b) + (square.mm(square) * c)).mm(x);
        }
        return tall ? x.t() : x;
    }
}
