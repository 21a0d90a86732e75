using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>
/// A moving average of a module's weights (Polyak and Juditsky, 1992). Buffers, such as the thresholds of budgets, are not averaged.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly (string Name, Parameter Weight, Tensor Average)[] _items;
    private readonly double _decay;

    /// <param name="module">The weights, which the average starts from.</param>
    /// <param name="decay">Share of the average that a step keeps, in the long run.</param>
    public WeightAverage(nn.Module module, double decay)
    {
        using var noGrad = no_grad();
        _decay = decay;
        _items = [.. module.named_parameters().Select(item => (
            item.name, item.parameter, item.parameter.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>The averages by the names of the weights.</summary>
    public IEnumerable<(string Name, Tensor Average)> Averages => _items.Select(item => (item.Name, item.Average));

    /// <summary>Takes the weights in after a step.</summary>
    /// <param name="step">Steps done.</param>
    public void Update(long step)
    {
        using var noGrad = no_grad();
        double decay = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        foreach (var (_, weight, average) in _items)
            average.mul_(decay).add_(weight, 1 - decay);
    }

    /// <summary>Exchanges the module's weights and their averages; a second time puts them back.</summary>
    public void Swap()
    {
        using var noGrad = no_grad();
        foreach (var (_, weight, average) in _items)
        {
            using var held = weight.detach().clone();
            weight.copy_(average);
            average.copy_(held);
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, average) in _items)
            average.Dispose();
    }
}
