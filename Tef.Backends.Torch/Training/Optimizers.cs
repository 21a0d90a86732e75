using Tef.Backends.Torch.Models;
using Tef.Core.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>
/// The optimizer of a run: AdamW with weight decay on matrices and embeddings alone (the scorers of token filters are vectors in this sense), and Muon for the blocks' matrices if chosen.
/// </summary>
internal sealed class Optimizers : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly Parameter[] _parameters;
    private readonly Dictionary<Parameter, string> _names;
    private readonly AdamW _adam;
    private readonly Muon? _muon;

    public Optimizers(LanguageModule module, TrainingOptions options)
    {
        _options = options;
        _parameters = [.. module.parameters().Where(parameter => parameter.requires_grad)];
        _names = module.named_parameters().ToDictionary(
            item => item.parameter, item => item.name, (IEqualityComparer<Parameter>)ReferenceEqualityComparer.Instance);
        Parameter[] matrices = options.Optimizer == OptimizerKind.Muon ? [.. module.BlockMatrices] : [];
        _muon = matrices.Length > 0 ? new Muon(matrices) : null;
        var rest = _parameters.Except(matrices, ReferenceEqualityComparer.Instance).Cast<Parameter>().ToArray();
        _adam = optim.AdamW(
            [
                Group(rest.Where(Decays), options.WeightDecay),
                Group(rest.Where(parameter => !Decays(parameter)), 0),
            ],
            options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay);
    }

    /// <summary>
    /// Lets go of the gradients, as PyTorch does: their memory serves the next forward pass, and the next gradients are written
    /// and not added.
    /// </summary>
    public void ZeroGradients()
    {
        foreach (var parameter in _parameters)
            parameter.grad = null;
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

    /// <summary>What the optimizers remember of the weights, by the names of those.</summary>
    public IEnumerable<(string Name, Tensor State)> States()
    {
        foreach (var (parameter, state) in AdamStates())
        {
            yield return ($"first.{_names[parameter]}", state.exp_avg);
            yield return ($"second.{_names[parameter]}", state.exp_avg_sq);
        }
        foreach (var (parameter, momentum) in _muon?.States ?? [])
            yield return ($"momentum.{_names[parameter]}", momentum);
    }

    /// <summary>The steps that AdamW has made for each of its parameters, int64.</summary>
    public Tensor CopyStepCounts() => tensor(AdamStates().Select(item => item.State.step).ToArray()).DetachFromDisposeScope();

    /// <summary>Takes over what <see cref="CopyStepCounts"/> gave.</summary>
    public void SetStepCounts(Tensor counts)
    {
        long[] steps = counts.data<long>().ToArray();
        foreach (var ((_, state), step) in AdamStates().Zip(steps))
            state.step = step;
    }

    public void Dispose()
    {
        _adam.Dispose();
        _muon?.Dispose();
    }

    private bool Decays(Parameter parameter) => parameter.dim() >= 2 && !LanguageModule.IsFilterWeight(_names[parameter]);

    private IEnumerable<(Parameter Parameter, AdamW.State State)> AdamStates() =>
        _adam.parameters().Zip(_adam.state_dict().State.Cast<AdamW.State>());

    private AdamW.ParamGroup Group(IEnumerable<Parameter> parameters, double weightDecay) =>
        new(parameters, _options.LearningRate, _options.Beta1, _options.Beta2, _options.Epsilon, weightDecay);
}
