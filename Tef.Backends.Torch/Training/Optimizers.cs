using Tef.Backends.Torch.Models;
using Tef.Core.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>
/// The optimizer of a run: AdamW with weight decay on matrices and embeddings alone, and Muon for the blocks' matrices if chosen.
/// </summary>
internal sealed class Optimizers : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly Parameter[] _parameters;
    private readonly AdamW _adam;
    private readonly Muon? _muon;

    public Optimizers(LanguageModule module, TrainingOptions options)
    {
        _options = options;
        _parameters = [.. module.parameters().Where(parameter => parameter.requires_grad)];
        Parameter[] matrices = options.Optimizer == OptimizerKind.Muon ? [.. module.BlockMatrices] : [];
        _muon = matrices.Length > 0 ? new Muon(matrices) : null;
        var rest = _parameters.Except(matrices, ReferenceEqualityComparer.Instance).Cast<Parameter>().ToArray();
        _adam = optim.AdamW(
            [
                Group(rest.Where(parameter => parameter.dim() >= 2), options.WeightDecay),
                Group(rest.Where(parameter => parameter.dim() < 2), 0),
            ],
            options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay);
    }

    public void ZeroGradients()
    {
        foreach (var parameter in _parameters)
            parameter.grad?.zero_();
    }

    /// <summary>Clips the gradients and takes a step.</summary>
    /// <param name="factor">Learning rate as a share of the highest.</param>
    /// <returns>2-norm of the gradients before clipping.</returns>
    public double Step(double factor)
    {
        double norm = nn.utils.clip_grad_norm_(_parameters, _options.ClipNorm > 0 ? _options.ClipNorm : double.PositiveInfinity);
        foreach (var group in _adam.ParamGroups)
            group.LearningRate = _options.LearningRate * factor;
        _adam.step();
        _muon?.Step(_options.MatrixLearningRate * factor, _options.WeightDecay);
        return norm;
    }

    public void Dispose()
    {
        _adam.Dispose();
        _muon?.Dispose();
    }

    private AdamW.ParamGroup Group(IEnumerable<Parameter> parameters, double weightDecay) =>
        new(parameters, _options.LearningRate, _options.Beta1, _options.Beta2, _options.Epsilon, weightDecay);
}
