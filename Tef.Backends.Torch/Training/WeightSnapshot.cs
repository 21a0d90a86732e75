using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>A copy of all weights and buffers of a module at one moment.</summary>
internal sealed class WeightSnapshot(nn.Module module) : IDisposable
{
    private Dictionary<string, Tensor>? _copies;

    public bool IsEmpty => _copies is null;

    /// <summary>The copies by name; none before the first was made.</summary>
    public IReadOnlyDictionary<string, Tensor> Copies => _copies ?? [];

    /// <summary>Copies the weights as they are now over the copy made before.</summary>
    public void Take()
    {
        using var noGrad = no_grad();
        _copies ??= module.state_dict().ToDictionary(item => item.Key, item => empty_like(item.Value).DetachFromDisposeScope());
        foreach (var (name, weight) in module.state_dict())
            _copies[name].copy_(weight);
    }

    /// <summary>Puts the copied weights back.</summary>
    public void Restore()
    {
        if (_copies is null)
            return;
        using var noGrad = no_grad();
        foreach (var (name, weight) in module.state_dict())
            weight.copy_(_copies[name]);
    }

    public void Dispose()
    {
        foreach (var copy in _copies?.Values ?? Enumerable.Empty<Tensor>())
            copy.Dispose();
        _copies = null;
    }
}
