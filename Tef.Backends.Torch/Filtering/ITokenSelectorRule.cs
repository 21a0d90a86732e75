using Tef.Core.Filtering;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Filtering;

/// <summary>The rule behind a <see cref="CustomSelector"/>. Register it as a service; options choose it by name.</summary>
public interface ITokenSelectorRule
{
    /// <summary>The name by which options choose this rule.</summary>
    string Name { get; }

    /// <summary>
    /// Decides which tokens a block keeps. A rule that is declared causal must decide each token from its own score and gate,
    /// because cached decoding shows it the new tokens alone.
    /// </summary>
    /// <param name="selector">The options, with the rule's parameters.</param>
    /// <param name="scores"><c>[B, T]</c>.</param>
    /// <param name="gates"><c>[B, T]</c>.</param>
    /// <returns>bool <c>[B, T]</c>.</returns>
    Tensor Keep(CustomSelector selector, Tensor scores, Tensor gates);
}
