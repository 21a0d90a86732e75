using Tef.Core.Data;
using Tef.Core.Text;
using Tef.Core.Text.Cleaning;

namespace Tef.Core.Configuration;

/// <summary>The texts of a run. How they become training sequences is said in <see cref="Training.TrainingOptions.Packing"/>.</summary>
public sealed record DataSettings
{
    /// <summary>The text to learn from: a file, a folder or a pattern.</summary>
    public string? Train { get; init; }

    /// <summary>The text to measure on, likewise; <see cref="ValidShare"/> of the training text is held back when null.</summary>
    public string? Valid { get; init; }

    /// <summary>The text that <c>tef test</c> measures on, likewise.</summary>
    public string? Test { get; init; }

    /// <summary>
    /// Share of the documents of the training text to measure on when there is no <see cref="Valid"/>, chosen by seed and place; of a
    /// text with too few documents, its end.
    /// </summary>
    public double ValidShare { get; init; } = 0.05;

    /// <summary>How to read the files.</summary>
    public DocumentReadOptions Reading { get; init; } = new();

    /// <summary>How to clean the texts before they are tokenized; not at all when null.</summary>
    public CleaningOptions? Cleaning { get; init; }

    /// <summary>What is known about documents as control codes before their texts.</summary>
    public MetaOptions Meta { get; init; } = new();

    /// <summary>
    /// Folder for the token ids of the texts, so that they are tokenized once and read from disk; made anew when text, cleaning or
    /// tokenizer change. They are held in memory when null.
    /// </summary>
    public string? CacheFolder { get; init; }

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        OptionGuard.Between(ValidShare, 0.001, 0.9);
        Reading.Validate();
        Cleaning?.Validate();
        Meta.Validate();
        if (CacheFolder?.Length == 0)
            throw new ArgumentException("CacheFolder must not be empty.", nameof(CacheFolder));
    }
}
