using Tef.Backends.Torch.Models;
using Tef.Core.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>
/// The optimizer of a run, with weight decay on matrices and embeddings alone (the scorers of token filters are vectors in this
/// sense): AdamW, SGD, or Muon for the blocks' matrices with AdamW for the rest.
/// </summary>
internal sealed class Optimizers : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly Parameter[] _parameters;
    private readonly Dictionary<Parameter, string> _names;
    private readonly AdamW? _adam;
    private readonly SGD? _sgd;
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
        var decayed = rest.Where(Decays);
        var others = rest.Where(parameter => !Decays(parameter));
        if (options.Optimizer == OptimizerKind.Sgd)
            _sgd = CreateSgd(decayed, others);
        else
            _adam = CreateAdam(decayed, others);
    }

    private OptimizerHelper Main => (OptimizerHelper?)_adam ?? _sgd!;

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
        double norm = Clip();
        foreach (var group in Main.ParamGroups)
            group.LearningRate = _options.LearningRate * factor;
        Main.step();
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
        foreach (var (parameter, state) in SgdStates())
            yield return ($"momentum.{_names[parameter]}", state.momentum_buffer!);
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
        Main.Dispose();
        _muon?.Dispose();
    }

    private bool Decays(Parameter parameter) => parameter.dim() >= 2 && !LanguageModule.IsFilterWeight(_names[parameter]);

    private double Clip()
    {
        if (_options.ClipValue <= 0)
            return nn.utils.clip_grad_norm_(_parameters, _options.ClipNorm > 0 ? _options.ClipNorm : double.PositiveInfinity);
        double norm = nn.utils.clip_grad_norm_(_parameters, double.PositiveInfinity);
        nn.utils.clip_grad_value_(_parameters, _options.ClipValue);
        if (_options.ClipNorm > 0)
            nn.utils.clip_grad_norm_(_parameters, _options.ClipNorm);
        return norm;
    }

    private AdamW CreateAdam(IEnumerable<Parameter> decayed, IEnumerable<Parameter> others)
    {
        return optim.AdamW(
            [Group(decayed, _options.WeightDecay), Group(others, 0)],
            _options.LearningRate, _options.Beta1, _options.Beta2, _options.Epsilon, _options.WeightDecay);

        AdamW.ParamGroup Group(IEnumerable<Parameter> parameters, double decay) =>
            new(parameters, _options.LearningRate, _options.Beta1, _options.Beta2, _options.Epsilon, decay);
    }

    private SGD CreateSgd(IEnumerable<Parameter> decayed, IEnumerable<Parameter> others)
    {
        return optim.SGD(
            [Group(decayed, _options.WeightDecay), Group(others, 0)],
            _options.LearningRate, _options.Momentum, 0, _options.WeightDecay, _options.Nesterov);

        SGD.ParamGroup Group(IEnumerable<Parameter> parameters, double decay) =>
            new(parameters, _options.LearningRate, _options.Momentum, 0, decay, _options.Nesterov);
    }

    private IEnumerable<(Parameter Parameter, AdamW.State State)> AdamStates() => _adam is null
        ? []
        : _adam.parameters().Zip(_adam.state_dict().State.Cast<AdamW.State>());

    /// <summary>The momenta; one that the optimizer has not begun yet is zero, from which it goes on as from nothing.</summary>
    private IEnumerable<(Parameter Parameter, SGD.State State)> SgdStates()
    {
        if (_sgd is null || _options.Momentum == 0)
            yield break;
        foreach (var (parameter, state) in _sgd.parameters().Zip(_sgd.state_dict().State.Cast<SGD.State>()))
        {
            state.momentum_buffer ??= zeros_like(parameter).DetachFromDisposeScope();
            yield return (parameter, state);
        }
    }
}
