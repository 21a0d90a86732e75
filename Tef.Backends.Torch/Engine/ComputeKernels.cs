using Tef.Backends.Torch.Filtering;
using Tef.Core.Filtering;

namespace Tef.Backends.Torch.Engine;

/// <summary>The kernels that models are built with.</summary>
/// <param name="Transformer">Fused parts of a transformer.</param>
/// <param name="TokenFilter">The token filter.</param>
internal sealed record ComputeKernels(ITransformerKernels Transformer, ITokenFilterKernels TokenFilter)
{
    /// <summary>Rules of the application's own for choosing tokens.</summary>
    public IReadOnlyList<ITokenSelectorRule> SelectorRules { get; init; } = [];

    /// <summary>The rule behind a custom selector.</summary>
    /// <exception cref="InvalidOperationException">No rule has the name; the message lists those there are.</exception>
    public ITokenSelectorRule RuleOf(CustomSelector selector) =>
        SelectorRules.LastOrDefault(rule => string.Equals(rule.Name, selector.Name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InvalidOperationException(
            $"No token selector rule is named '{selector.Name}'. Registered: "
            + $"{(SelectorRules.Count == 0 ? "none" : string.Join(", ", SelectorRules.Select(rule => rule.Name)))}.");
}
