using System.Text.Json.Serialization;

namespace Tef.Core.Filtering;

/// <summary>The rule by which a block keeps tokens, given their scores <c>s</c> and gates <c>g = σ(s)</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CumulativeShare), "cumulative-share")]
[JsonDerivedType(typeof(TopK), "top-k")]
[JsonDerivedType(typeof(Threshold), "threshold")]
[JsonDerivedType(typeof(Budget), "budget")]
[JsonDerivedType(typeof(CustomSelector), "custom")]
public abstract record TokenSelector
{
    /// <summary>Whether keeping a token never depends on later tokens. Others cannot serve generation.</summary>
    [JsonIgnore]
    public abstract bool IsCausal { get; }

    /// <summary>Throws when a parameter is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public abstract void Validate();
}

/// <summary>
/// Sorts the shares <c>g/Σg</c> of the active tokens in descending order and keeps tokens while the running sum is at most
/// <paramref name="Tau"/>; the top token always. The rule of the original research project. Not causal.
/// </summary>
/// <param name="Tau">Share of the total gate to keep, between 0 and 1.</param>
public sealed record CumulativeShare(float Tau) : TokenSelector
{
    /// <inheritdoc />
    public override bool IsCausal => false;

    /// <inheritdoc />
    public override void Validate() => OptionGuard.Between(Tau, 0, 1);
}

/// <summary>Keeps the highest gates of each sequence. Not causal.</summary>
/// <param name="Count">How many tokens: a share of the sequence when at most 1 (rounded up), else a number.</param>
public sealed record TopK(float Count) : TokenSelector
{
    /// <inheritdoc />
    public override bool IsCausal => false;

    /// <inheritdoc />
    public override void Validate() => OptionGuard.Positive(Count);
}

/// <summary>Keeps tokens whose gate is above a fixed value.</summary>
/// <param name="Theta">The gate to exceed, between 0 and 1.</param>
public sealed record Threshold(float Theta) : TokenSelector
{
    /// <inheritdoc />
    public override bool IsCausal => true;

    /// <inheritdoc />
    public override void Validate() => OptionGuard.Between(Theta, 0, 1);
}

/// <summary>
/// Keeps tokens whose score is above a threshold of the layer. While training a controller without gradient moves the
/// threshold along a moving quantile of the scores so that the kept share holds <paramref name="Keep"/>; afterwards it is
/// frozen and stored with the weights.
/// </summary>
/// <param name="Keep">Share of tokens to keep, above 0 and at most 1.</param>
public sealed record Budget(float Keep) : TokenSelector
{
    /// <inheritdoc />
    public override bool IsCausal => true;

    /// <inheritdoc />
    public override void Validate()
    {
        OptionGuard.Positive(Keep);
        OptionGuard.Between(Keep, 0, 1);
    }
}

/// <summary>A rule of the application's own, which a backend finds by its name among the registered services.</summary>
/// <param name="Name">The name that the rule is registered under.</param>
/// <param name="Causal">Whether the rule decides each token from its own score alone, so that it can serve generation.</param>
public sealed record CustomSelector(string Name, bool Causal) : TokenSelector
{
    /// <summary>What the rule may be told; stored with the model.</summary>
    public IReadOnlyDictionary<string, float> Parameters { get; init; } = new Dictionary<string, float>();

    /// <inheritdoc />
    public override bool IsCausal => Causal;

    /// <inheritdoc />
    public override void Validate() => ArgumentException.ThrowIfNullOrWhiteSpace(Name);

    /// <summary>Equal when name, causality and all parameters are.</summary>
    public bool Equals(CustomSelector? other) =>
        other is not null && Name == other.Name && Causal == other.Causal && Parameters.Count == other.Parameters.Count
        && Parameters.All(item => other.Parameters.TryGetValue(item.Key, out float value) && value.Equals(item.Value));

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Name, Causal, Parameters.Count);
}
