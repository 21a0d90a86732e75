using System.Text.Json.Serialization;

namespace Tef.Core.Text;

/// <summary>How documents lie in a file.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DocumentFormat>))]
public enum DocumentFormat
{
    /// <summary>
    /// <see cref="JsonLines"/> by the extensions <c>.jsonl</c>, <c>.ndjson</c>, <c>.json</c> and <c>.documents</c>, or when the file
    /// begins with a JSON object that has a <c>body</c>; <see cref="Stories"/> when its first megabyte holds
    /// <c>&lt;|endoftext|&gt;</c>; otherwise <see cref="Plain"/>.
    /// </summary>
    Auto,

    /// <summary>The file is one document, taken as it is.</summary>
    Plain,

    /// <summary>Documents separated by <c>&lt;|endoftext|&gt;</c>; blanks around them are not part of them.</summary>
    Stories,

    /// <summary>A JSON object on each line, with the text as <c>body</c> and optionally <c>meta</c>, both strings.</summary>
    JsonLines,
}
