using System.Text.Json.Serialization;

namespace Tef.MLNet;

/// <summary>What generation does with a prompt that leaves no room for the new tokens in the model's context.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LongPrompts>))]
public enum LongPrompts
{
    /// <summary>Continues from the prompt's end, as much of it as leaves room.</summary>
    KeepEnd,

    /// <summary>Throws an <see cref="InvalidOperationException"/> that names the prompt's length and the context.</summary>
    Error,
}
