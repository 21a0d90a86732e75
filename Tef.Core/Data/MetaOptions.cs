namespace Tef.Core.Data;

/// <summary>
/// What is known about a document as control codes before its text (Keskar et al., "CTRL: A Conditional Transformer Language Model
/// for Controllable Generation", 2019): <see cref="Begin"/>, the meta, <see cref="End"/>, then the body.
/// </summary>
public sealed record MetaOptions
{
    /// <summary>Whether documents begin with their meta.</summary>
    public bool Use { get; init; }

    /// <summary>
    /// Share of the documents that are trained on without their meta, so that the model can do without. Which ones follows from the
    /// seed and the place of the document.
    /// </summary>
    public double IgnoreProbability { get; init; }

    /// <summary>The most tokens of a meta, those around it not counted; later ones are cut off. No limit when zero.</summary>
    public int MaxMetaTokens { get; init; }

    /// <summary>The most tokens of a body; later ones are cut off. No limit when zero.</summary>
    public int MaxBodyTokens { get; init; }

    /// <summary>Stands before the meta: a special token of a trained vocabulary, ordinary text for others.</summary>
    public string Begin { get; init; } = "<|meta|>";

    /// <summary>Stands between meta and body, likewise.</summary>
    public string End { get; init; } = "<|body|>";

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        OptionGuard.Between(IgnoreProbability, 0, 1);
        OptionGuard.AtLeast(MaxMetaTokens, 0);
        OptionGuard.AtLeast(MaxBodyTokens, 0);
        if (Use && (Begin.Length < 2 || End.Length < 2 || Begin == End))
        {
            throw new ArgumentException(
                $"Begin and End must be two different texts of at least two characters, but are '{Begin}' and '{End}'.", nameof(Begin));
        }
    }
}
