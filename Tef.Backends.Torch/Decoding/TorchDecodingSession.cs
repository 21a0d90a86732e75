using Tef.Backends.Torch.Models;
using Tef.Core.Decoding;
using Tef.Core.Filtering;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Decoding;

/// <summary>Decoding over cached keys and values.</summary>
/// <param name="module">The model.</param>
/// <param name="stored">Its weights in fewer bits.</param>
/// <param name="precision">Which of them to read.</param>
/// <param name="device">Where the model lies.</param>
/// <param name="rows">Number of sequences.</param>
/// <param name="filter">Decides in place of the model's own token selectors; null for those.</param>
internal sealed class TorchDecodingSession(
    LanguageModule module, InferenceWeightsCache stored, InferencePrecision precision, Device device, int rows, FilterOverride? filter = null)
    : IDecodingSession
{
    private readonly DecodingState _state = module.CreateState(rows, filter);

    public int Rows => _state.Rows;

    public int Length => _state.Length;

    public int Capacity => module.Options.Context;

    public int VocabularySize => module.Options.VocabularySize;

    public long CacheBytes => _state.CacheBytes;

    public void Append(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        int count = this.CheckAppend(tokens, logits);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ids = Array.ConvertAll(tokens.ToArray(), id => (long)id);
        _state.Weights = stored.At(precision);
        var hidden = module.Advance(tensor(ids, device: device).view(Rows, count), _state);
        var last = hidden.view(Rows, count, -1).narrow(1, count - 1, 1).reshape(Rows, -1);
        module.Logits(last, _state.Weights).cpu().data<float>().CopyTo(logits);
    }

    public void SelectRows(ReadOnlySpan<int> parents)
    {
        this.CheckParents(parents);
        _state.SelectRows(parents);
    }

    public void Reset() => _state.Reset();

    public void Dispose() => _state.Dispose();
}
