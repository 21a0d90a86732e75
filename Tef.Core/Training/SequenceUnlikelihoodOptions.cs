namespace Tef.Core.Training;

/// <summary>
/// Unlikelihood training on the model's own continuations (Welleck et al., 2019, section 5.2): some steps continue the beginnings of
/// the batch greedily and make every token less likely that completes an n-gram of the same text once more.
/// </summary>
public sealed record SequenceUnlikelihoodOptions
{
    /// <summary>Share of the steps that train on continuations instead of the text.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>Tokens of a beginning; a third of the training sequence when zero.</summary>
    public int PrefixTokens { get; init; }

    /// <summary>Tokens of a continuation; what the training sequence leaves when zero.</summary>
    public int ContinuationTokens { get; init; }

    /// <summary>Length of the n-grams that must not come again.</summary>
    public int NGram { get; init; } = 4;

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        OptionGuard.Between(Share, 0, 1);
        OptionGuard.AtLeast(PrefixTokens, 0);
        OptionGuard.AtLeast(ContinuationTokens, 0);
        OptionGuard.AtLeast(NGram, 1);
    }
}
