using Tef.Core.Filtering;

namespace Tef.Core.Generation;

/// <summary>
/// How to continue a prompt. Greedy with one beam and <see cref="Sample"/> off; the defaults sample from the whole distribution.
/// Names and semantics follow Hugging Face's generation parameters.
/// </summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens to add to the prompt.</summary>
    public int MaxNewTokens { get; init; } = 64;

    /// <summary>Tokens to add before a stop token may end the text.</summary>
    public int MinNewTokens { get; init; }

    /// <summary>Draws tokens at random; otherwise takes the most probable.</summary>
    public bool Sample { get; init; } = true;

    /// <summary>Divides the logits; below 1 sharpens, above 1 flattens.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Draws from the k most probable tokens; from all when zero.</summary>
    public int TopK { get; init; }

    /// <summary>Draws from the smallest set of tokens whose probabilities sum to at least this (Holtzman et al., 2020).</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Divides positive and multiplies negative logits of tokens already present (Keskar et al., 2019).</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>No run of this many tokens occurs twice; no limit when zero.</summary>
    public int NoRepeatNgramSize { get; init; }

    /// <summary>Runs of tokens that must not occur.</summary>
    public IReadOnlyList<IReadOnlyList<int>> BadTokens { get; init; } = [];

    /// <summary>Tokens that end the text; the tokenizer's end-of-text token when empty.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Sequences followed in parallel by beam search; 1 is no beam search.</summary>
    public int Beams { get; init; } = 1;

    /// <summary>Beam scores are log-probabilities over length to this power.</summary>
    public float LengthPenalty { get; init; } = 1;

    /// <summary>Ends beam search as soon as there are <see cref="Beams"/> finished sequences.</summary>
    public bool EarlyStopping { get; init; }

    /// <summary>Sequences to return for each prompt; at most <see cref="Beams"/> under beam search.</summary>
    public int ReturnSequences { get; init; } = 1;

    /// <summary>The same seed and prompt give the same text.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Decides which tokens to keep in place of the model's own token selectors; null for those.</summary>
    public FilterOverride? Filter { get; init; }

    /// <summary>Throws when a value is out of range or two values contradict each other.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        OptionGuard.AtLeast(MaxNewTokens, 1);
        OptionGuard.Between(MinNewTokens, 0, MaxNewTokens);
        OptionGuard.Positive(Temperature);
        OptionGuard.AtLeast(TopK, 0);
        OptionGuard.Positive(TopP);
        OptionGuard.Between(TopP, 0, 1);
        OptionGuard.Positive(RepetitionPenalty);
        OptionGuard.AtLeast(NoRepeatNgramSize, 0);
        OptionGuard.AtLeast(Beams, 1);
        OptionGuard.AtLeast(ReturnSequences, 1);
        Filter?.Selector.Validate();
        if (Beams > 1 && ReturnSequences > Beams)
        {
            throw new ArgumentException(
                $"ReturnSequences must be at most Beams under beam search, but is {ReturnSequences} of {Beams}.", nameof(ReturnSequences));
        }
    }
}
