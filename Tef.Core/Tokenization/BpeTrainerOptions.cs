namespace Tef.Core.Tokenization;

/// <summary>What vocabulary a <see cref="BpeTrainer"/> makes.</summary>
public sealed record BpeTrainerOptions
{
    /// <summary>The token that ends a document in GPT-2's vocabulary.</summary>
    public const string EndOfText = "<|endoftext|>";

    /// <summary>Tokens in all: 256 bytes, merges and special tokens. Fewer when the text does not give so many merges.</summary>
    public int VocabularySize { get; init; } = 8192;

    /// <summary>Occurrences that a pair of tokens needs to be merged.</summary>
    public long MinFrequency { get; init; } = 2;

    /// <summary>Tokens that text is cut at and that are not made of others; they get the last ids, in this order.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [EndOfText];

    /// <summary>Threads that count words; all processors when zero. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Throws when an option has a value that makes no vocabulary.</summary>
    /// <exception cref="ArgumentException">The message names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(SpecialTokens);
        OptionGuard.AtLeast(VocabularySize, 256 + SpecialTokens.Count);
        OptionGuard.AtLeast(MinFrequency, 1);
        OptionGuard.AtLeast(Threads, 0);

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string token in SpecialTokens)
        {
            if (string.IsNullOrEmpty(token))
                throw new ArgumentException($"{nameof(SpecialTokens)} must not be empty, but one is.");
            if (!seen.Add(token))
                throw new ArgumentException($"{nameof(SpecialTokens)} must differ, but '{token}' is there twice.");
        }
    }
}
