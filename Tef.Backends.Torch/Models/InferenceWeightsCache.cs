using Tef.Backends.Torch.Engine;
using Tef.Core.Models;

namespace Tef.Backends.Torch.Models;

/// <summary>
/// The stored weights of one model: made when first asked for, shared by its sessions, forgotten when the weights change.
/// </summary>
internal sealed class InferenceWeightsCache(LanguageModule module, ITransformerKernels kernels) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<InferencePrecision, InferenceWeights> _weights = [];

    /// <returns>Null for float32, which is what the module itself holds.</returns>
    public InferenceWeights? At(InferencePrecision precision)
    {
        if (precision == InferencePrecision.Float32)
            return null;
        lock (_lock)
        {
            if (!_weights.TryGetValue(precision, out var weights))
            {
                weights = new InferenceWeights(module, kernels, precision);
                _weights.Add(precision, weights);
            }
            return weights;
        }
    }

    /// <summary>Frees what was stored. No other thread may be using the model.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            foreach (var weights in _weights.Values)
                weights.Dispose();
            _weights.Clear();
        }
    }

    public void Dispose() => Clear();
}
