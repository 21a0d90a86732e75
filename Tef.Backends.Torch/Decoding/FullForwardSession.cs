using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Evaluation;
using Tef.Backends.Torch.Models;
using Tef.Core.Decoding;
using Tef.Core.Filtering;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Decoding;

/// <summary>
/// Decoding without a cache: every step computes the whole sequence. What cached decoding is held against, and the only way to
/// decode with a token selector that looks ahead.
/// </summary>
/// <param name="module">The model.</param>
/// <param name="kernels">What it computes with.</param>
/// <param name="stored">Its weights in fewer bits.</param>
/// <param name="precision">Which of them to read.</param>
/// <param name="device">Where the model lies.</param>
/// <param name="rows">Number of sequences.</param>
/// <param name="filter">Decides in place of the model's own token selectors; null for those.</param>
internal sealed class FullForwardSession(
    LanguageModule module,
    ITransformerKernels kernels,
    InferenceWeightsCache stored,
    InferencePrecision precision,
    Device device,
    int rows,
    FilterOverride? filter = null)
    : IDecodingSession
{
    private List<int>[] _tokens = NewRows(rows);

    public int Rows => _tokens.Length;

    public int Length => _tokens.Length == 0 ? 0 : _tokens[0].Count;

    public int Capacity => module.Options.Context;

    public int VocabularySize => module.Options.VocabularySize;

    public long CacheBytes => 0;

    public void Append(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        int count = this.CheckAppend(tokens, logits);
        for (int row = 0; row < Rows; row++)
            _tokens[row].AddRange(tokens.Slice(row * count, count));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ids = tensor(_tokens.SelectMany(row => row).Select(id => (long)id).ToArray(), device: device).view(Rows, Length);
        var weights = stored.At(precision);
        var hidden = module.Hidden(ids, Evaluator.NewPass(module, kernels, weights, filter));
        var last = hidden.view(Rows, Length, -1).narrow(1, Length - 1, 1).reshape(Rows, -1);
        module.Logits(last, weights).cpu().data<float>().CopyTo(logits);
    }

    public void SelectRows(ReadOnlySpan<int> parents)
    {
        this.CheckParents(parents);
        var selected = new List<int>[parents.Length];
        for (int row = 0; row < parents.Length; row++)
            selected[row] = [.. _tokens[parents[row]]];
        _tokens = selected;
    }

    public void Reset() => _tokens = NewRows(Rows);

    public void Dispose()
    {
    }

    private static List<int>[] NewRows(int rows) => [.. Enumerable.Range(0, rows).Select(_ => new List<int>())];
}
