using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Models;
using Tef.Core.Filtering;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Decoding;

/// <summary>The keys and values of all blocks, and how many tokens the sequences have consumed.</summary>
internal sealed class DecodingState : IAttentionPath, IDisposable
{
    private readonly ITransformerKernels _kernels;
    private readonly KeyValueCache[] _caches;

    public DecodingState(ITransformerKernels kernels, IEnumerable<KeyValueCache> caches, int rows)
    {
        _kernels = kernels;
        _caches = [.. caches];
        Rows = rows;
    }

    /// <summary>Number of sequences.</summary>
    public int Rows { get; private set; }

    /// <summary>Tokens consumed by each sequence.</summary>
    public int Length { get; set; }

    /// <summary>Matrices to use in place of the module's own; null for those.</summary>
    public InferenceWeights? Weights { get; set; }

    /// <summary>Decides in place of the model's own token selectors; null for those.</summary>
    public FilterOverride? Filter { get; init; }

    /// <summary>Bytes of the keys and values held.</summary>
    public long CacheBytes => _caches.Sum(cache => cache.Bytes);

    public Tensor Attend(int block, Tensor qkv, HeadLayout heads, SequenceLayout layout, Tensor? visible, double dropout) =>
        _kernels.CachedAttention(qkv, heads, layout, visible, _caches[block]);

    public void SelectRows(ReadOnlySpan<int> parents)
    {
        foreach (var cache in _caches)
            cache.SelectRows(parents);
        Rows = parents.Length;
    }

    public void Reset()
    {
        foreach (var cache in _caches)
            cache.Reset();
        Length = 0;
    }

    public void Dispose()
    {
        foreach (var cache in _caches)
            cache.Dispose();
    }
}
