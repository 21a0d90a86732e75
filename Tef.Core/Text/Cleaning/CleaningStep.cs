using System.Text.Json.Serialization;

namespace Tef.Core.Text.Cleaning;

/// <summary>One change that cleaning makes to a text.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CleaningStep>))]
public enum CleaningStep
{
    /// <summary>
    /// Turns the markup of wiki40b into line ends: <c>_START_ARTICLE_</c>, <c>_START_SECTION_</c>, <c>_START_PARAGRAPH_</c> and
    /// <c>_NEWLINE_</c>. Titles and headings stay as lines.
    /// </summary>
    WikiMarkup,

    /// <summary>
    /// Replaces characters that look like ASCII by ASCII (full width and mathematical letters, Cyrillic and Greek look-alikes, curly
    /// quotes, dashes, odd spaces), except letters of the language.
    /// </summary>
    Homoglyphs,

    /// <summary>Lower case, in Turkish and Azerbaijani with their own i.</summary>
    LowerCase,

    /// <summary>Writes each digit as a word of the language, between spaces: <c>42</c> becomes <c>four two</c>.</summary>
    SpellDigits,

    /// <summary>
    /// Replaces all that is no lower case letter of the language by spaces, line ends too; combining marks go without a trace.
    /// </summary>
    LettersOnly,

    /// <summary>
    /// Replaces what is neither a letter of the language, a digit, punctuation of ASCII nor a line end by spaces; combining marks go
    /// without a trace.
    /// </summary>
    KnownCharacters,

    /// <summary>
    /// Replaces runs of characters that are rare in the corpus (<see cref="CleaningOptions.MinCharacterCount"/>) by one
    /// <see cref="CleaningOptions.Unknown"/>.
    /// </summary>
    RareCharacters,

    /// <summary>Makes one space of several blanks and one line end of several, and none at the ends of lines.</summary>
    Blanks,
}

/// <summary>Steps that belong together.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CleaningPreset>))]
public enum CleaningPreset
{
    /// <summary>The general clean-up: markup, look-alikes, known characters, blanks. Case, digits, punctuation and lines stay.</summary>
    Wiki,

    /// <summary>
    /// The rules of text8 (Mahoney, "About the Test Data", 2006) for any language: letters in lower case and single spaces, digits
    /// spelled out.
    /// </summary>
    Text8,

    /// <summary>As <see cref="Wiki"/>, but characters are judged by how often the corpus has them, not by the language.</summary>
    Soft,
}
