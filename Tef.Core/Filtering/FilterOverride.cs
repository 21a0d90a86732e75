namespace Tef.Core.Filtering;

/// <summary>
/// Another rule for the token filters of a trained model, for evaluation and generation; the model stays as it is.
/// </summary>
/// <param name="Selector">The rule, for all blocks with a filter.</param>
public sealed record FilterOverride(TokenSelector Selector)
{
    /// <summary>
    /// Scores that a token must exceed in each block, <c>[L]</c>, for <see cref="Budget"/>; those of blocks without a filter do not
    /// count. <see cref="Models.ILanguageModelBackend.Calibrate"/> finds them.
    /// </summary>
    public IReadOnlyList<float> Thresholds { get; init; } = [];

    /// <summary>Keeps tokens whose gate is above a value.</summary>
    /// <param name="theta">The gate to exceed, between 0 and 1.</param>
    public static FilterOverride Gate(float theta) => new(new Threshold(theta));

    /// <summary>Throws when the rule cannot serve a model.</summary>
    /// <param name="layers">Number of blocks of the model.</param>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate(int layers)
    {
        ArgumentNullException.ThrowIfNull(Selector);
        Selector.Validate();
        OptionGuard.Holds(
            Selector is not CustomSelector, nameof(Selector), "A custom selector cannot take the place of a model's own.");
        OptionGuard.Holds(
            Selector is not Budget || Thresholds.Count == layers, nameof(Thresholds),
            $"A budget needs Thresholds for the {layers} blocks of the model, but has {Thresholds.Count}. Calibrate finds them.");
    }

    /// <summary>Equal when the selector is, and the thresholds one by one.</summary>
    public bool Equals(FilterOverride? other) =>
        other is not null && Selector == other.Selector && Thresholds.SequenceEqual(other.Thresholds);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Selector, Thresholds.Count);
}
