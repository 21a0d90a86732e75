using System.Text.Json;
using Tef.Core.Configuration;
using Tef.Core.IO;
using Tef.Core.Models;

namespace Tef.Core.HuggingFace;

/// <summary>
/// The <c>config.json</c> of a model that transformers' GPT-2 cannot compute: our options as they are, under a model type that
/// transformers do not know and so refuse, instead of computing something else from the weights.
/// </summary>
internal static class OwnConfig
{
    private const string TypeKey = "model_type";
    private const string Type = "tef-gpt2";
    private const string OptionsKey = "options";

    /// <summary>The options of a configuration of this kind; null for another kind.</summary>
    /// <param name="root">The configuration.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <exception cref="InvalidDataException">The options are missing or damaged.</exception>
    public static Gpt2Options? Find(JsonElement root, string path)
    {
        if (!root.TryGetProperty(TypeKey, out JsonElement type) || type.ValueKind != JsonValueKind.String || type.GetString() != Type)
            return null;
        if (!root.TryGetProperty(OptionsKey, out JsonElement options))
            throw new InvalidDataException($"{path}: '{OptionsKey}' is missing; a model of type '{Type}' needs it.");
        try
        {
            return OptionsJson.Read<LanguageModelOptions>(options.GetRawText(), $"{path}, {OptionsKey}") as Gpt2Options
                ?? throw new InvalidDataException($"{path}: '{OptionsKey}' describes no GPT-2.");
        }
        catch (OptionsException problem)
        {
            throw new InvalidDataException(problem.Message, problem);
        }
    }

    /// <summary>Writes a configuration.</summary>
    /// <param name="options">The model.</param>
    /// <param name="path">The file.</param>
    public static void Write(Gpt2Options options, string path) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString(TypeKey, Type);
        json.WritePropertyName(OptionsKey);
        json.WriteRawValue(OptionsJson.Write<LanguageModelOptions>(options));
        json.WriteEndObject();
    });
}
