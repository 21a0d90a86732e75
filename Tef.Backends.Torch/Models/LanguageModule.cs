using Tef.Backends.Torch.Decoding;
using Tef.Core.Filtering;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models;

/// <summary>
/// A model family as trainer, evaluator and decoder see it: token ids in, hidden rows out, and a head that turns hidden rows
/// into logits.
/// </summary>
internal abstract class LanguageModule(LanguageModelOptions options) : nn.Module(nameof(LanguageModule))
{
    /// <summary>The configuration that the module was built from.</summary>
    public LanguageModelOptions Options { get; } = options;

    /// <summary>Whether the model drops tokens in evaluation and generation.</summary>
    public bool FiltersTokens => Options is Gpt2Options { Tef.Mode: not MaskMode.Off };

    /// <summary>The matrix that turns hidden rows into logits, <c>[V, C]</c>.</summary>
    public abstract Tensor HeadWeight { get; }

    /// <summary>Token selectors that look at later tokens, by block; such a model cannot generate consistently.</summary>
    public abstract IReadOnlyList<string> NonCausalSelectors { get; }

    /// <summary>Matrices inside the blocks, which the Muon optimizer may orthogonalise.</summary>
    public abstract IEnumerable<TorchSharp.Modules.Parameter> BlockMatrices { get; }

    /// <summary>Computes the final hidden rows of a batch, ready for the head.</summary>
    /// <param name="tokens">Ids, int64 <c>[B, T]</c>.</param>
    /// <param name="pass">What the pass is for; receives what the filters did.</param>
    /// <returns><c>[B·T, C]</c>.</returns>
    public abstract Tensor Hidden(Tensor tokens, ForwardPass pass);

    /// <summary>Logits of hidden rows.</summary>
    /// <param name="hidden"><c>[N, C]</c>.</param>
    /// <param name="weights">Matrices to use in place of the module's own; null for those.</param>
    /// <returns><c>[N, V]</c>.</returns>
    public Tensor Logits(Tensor hidden, InferenceWeights? weights) =>
        weights is null ? hidden.matmul(HeadWeight.t()) : weights.Logits(hidden);

    /// <summary>Creates the state that incremental decoding carries from token to token.</summary>
    /// <param name="rows">Number of sequences.</param>
    /// <param name="filter">Decides in place of the model's own token selectors; null for those.</param>
    public abstract DecodingState CreateState(int rows, FilterOverride? filter = null);

    /// <summary>Computes the final hidden rows of new tokens of every sequence of a state, which grows.</summary>
    /// <param name="tokens">Ids, int64 <c>[R, n]</c>.</param>
    /// <param name="state">The tokens so far.</param>
    /// <returns><c>[R·n, C]</c>.</returns>
    public abstract Tensor Advance(Tensor tokens, DecodingState state);

    /// <summary>Whether a weight belongs to a token filter, which published weights lack.</summary>
    public static bool IsFilterWeight(string name) => name.Contains(".tef.", StringComparison.Ordinal);

    /// <summary>Sets the token filters that stored weights lacked so that they keep every token.</summary>
    /// <param name="missing">Names of the weights that were not there; of each filter all or none.</param>
    public abstract void InitializeFilters(IReadOnlySet<string> missing);

    /// <summary>Moves what a controller adjusts between optimizer steps, such as the thresholds of a budget.</summary>
    public abstract void UpdateControllers(ForwardPass pass);
}
