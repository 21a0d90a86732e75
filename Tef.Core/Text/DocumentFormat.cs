using System.Text.Json.Serialization;

namespace Tef.Core.Text;

/// <summary>How documents lie in a file.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DocumentFormat>))]
public enum DocumentFormat
{
    /// <summary>
    /// <see cref="Parquet"/> by its extension or first bytes, <c>PAR1</c>;
    /// <see cref="JsonLines"/> by the extensions <c>.jsonl</c>, <c>.ndjson</c>, <c>.json</c> and <c>.documents</c>, or when the file
    /// begins with a JSON object that has a body; <see cref="Stories"/> when its first megabyte holds the separator;
    /// <see cref="WikiText"/> when its first line is a title such as <c>" = Title = "</c>; otherwise <see cref="Plain"/>.
    /// </summary>
    Auto,

    /// <summary>The file is one document, taken as it is.</summary>
    Plain,

    /// <summary>
    /// Documents separated by <see cref="DocumentReadOptions.Separator"/>, <c>&lt;|endoftext|&gt;</c> by default; blanks around them are
    /// not part of them.
    /// </summary>
    Stories,

    /// <summary>
    /// A JSON object on each line, with the text as <c>body</c> and optionally <c>meta</c>, both strings; the names can be chosen.
    /// </summary>
    JsonLines,

    /// <summary>A document on each line; blanks around it are not part of it.</summary>
    Lines,

    /// <summary>Documents separated by blank lines; blanks around them are not part of them.</summary>
    Paragraphs,

    /// <summary>
    /// Articles as in WikiText (Merity et al., 2016): each begins with its title on a line of its own between blank ones,
    /// <c>" = Title = "</c>, which stays in the text and is its meta; headings of sections have more signs and stay in the text.
    /// </summary>
    WikiText,

    /// <summary>
    /// Apache Parquet: each row is a document, with the text in one column (<see cref="DocumentReadOptions.TextColumn"/>) and optionally
    /// meta in another (<see cref="DocumentReadOptions.MetaColumn"/>). Rows without text are left out. Can be read but not written.
    /// </summary>
    Parquet,
}
