using System.Text.Json.Serialization;

namespace Tef.Core.Text.Cleaning;

/// <summary>How to clean a text.</summary>
public sealed record CleaningOptions
{
    /// <summary>Which steps to take when <see cref="Steps"/> is empty.</summary>
    public CleaningPreset Preset { get; init; } = CleaningPreset.Wiki;

    /// <summary>The steps in their order; those of the preset when empty.</summary>
    public IReadOnlyList<CleaningStep> Steps { get; init; } = [];

    /// <summary>ISO 639-1 code of the language, whose letters and numerals are used.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Characters that come less often in the corpus are rare.</summary>
    public int MinCharacterCount { get; init; } = 5;

    /// <summary>What stands for characters that are rare; one character.</summary>
    public string Unknown { get; init; } = "\uFFFD";

    /// <summary>
    /// The characters that are not rare, found in the corpus by <see cref="TextCleaner.Fit"/>; null until then.
    /// </summary>
    public string? FrequentCharacters { get; init; }

    /// <summary>The steps to take.</summary>
    [JsonIgnore]
    public IReadOnlyList<CleaningStep> ActiveSteps => Steps.Count > 0 ? Steps : Preset switch
    {
        CleaningPreset.Text8 =>
        [
            CleaningStep.WikiMarkup, CleaningStep.Homoglyphs, CleaningStep.LowerCase, CleaningStep.SpellDigits, CleaningStep.LettersOnly,
            CleaningStep.Blanks,
        ],
        CleaningPreset.Soft => [CleaningStep.WikiMarkup, CleaningStep.Homoglyphs, CleaningStep.RareCharacters, CleaningStep.Blanks],
        _ => [CleaningStep.WikiMarkup, CleaningStep.Homoglyphs, CleaningStep.KnownCharacters, CleaningStep.Blanks],
    };

    /// <summary>Whether the corpus has to be looked at before texts can be cleaned.</summary>
    [JsonIgnore]
    public bool NeedsFit => FrequentCharacters is null && ActiveSteps.Contains(CleaningStep.RareCharacters);

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Preset))
            throw new ArgumentOutOfRangeException(nameof(Preset), Preset, $"Preset must be Wiki, Text8 or Soft, but is {(int)Preset}.");
        foreach (CleaningStep step in Steps)
        {
            if (!Enum.IsDefined(step))
                throw new ArgumentOutOfRangeException(nameof(Steps), step, $"Steps holds {(int)step}, which is no step.");
        }

        _ = WrittenLanguage.Find(Language);
        OptionGuard.AtLeast(MinCharacterCount, 1);
        if (Unknown.EnumerateRunes().Count() != 1)
            throw new ArgumentException($"Unknown must be one character, but is '{Unknown}'.", nameof(Unknown));
    }
}
