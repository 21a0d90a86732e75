using System.Text.Json.Serialization;

namespace Tef.MLNet;

/// <summary>What scoring does with a row of more tokens than the model's context.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LongRows>))]
public enum LongRows
{
    /// <summary>
    /// Scores it in windows of the context's length that overlap by one token, so that every token after the first is predicted
    /// once; the first predictions of a window see little before them.
    /// </summary>
    Window,

    /// <summary>Throws an <see cref="InvalidOperationException"/> that names the row's length and the context.</summary>
    Error,
}
