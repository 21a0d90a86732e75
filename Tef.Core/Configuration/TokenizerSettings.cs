using Tef.Core.Tokenization;

namespace Tef.Core.Configuration;

/// <summary>The tokenizer of a run: one that exists, or one trained on the run's text.</summary>
public sealed record TokenizerSettings
{
    /// <summary>A folder with <c>vocab.json</c> and <c>merges.txt</c>; a tokenizer is trained when null.</summary>
    public string? Path { get; init; }

    /// <summary>Tokens of a trained vocabulary: 256 bytes, merges and the end-of-text token.</summary>
    public int VocabularySize { get; init; } = 4096;

    /// <summary>Occurrences that a pair of tokens needs to be merged.</summary>
    public int MinFrequency { get; init; } = 2;

    /// <summary>The token between documents.</summary>
    public string EndOfText { get; init; } = BpeTrainerOptions.EndOfText;

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        OptionGuard.AtLeast(VocabularySize, 257);
        OptionGuard.AtLeast(MinFrequency, 1);
        if (EndOfText.Length == 0)
            throw new ArgumentException("EndOfText must not be empty.", nameof(EndOfText));
    }
}
