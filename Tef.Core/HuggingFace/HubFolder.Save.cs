using System.Text.Json;
using Tef.Core.IO;
using Tef.Core.Models;
using Tef.Core.Safetensors;
using Tef.Core.Tokenization;

namespace Tef.Core.HuggingFace;

public sealed partial class HubFolder
{
    /// <summary>
    /// Writes a model as a folder that Hugging Face's transformers load: weights alone, no optimizer state. Token filters keep
    /// names of their own (<c>transformer.h.1.tef.weight</c>) and a key of their own in the configuration (<c>tef</c>), which
    /// transformers leave unread. Each file is written aside and renamed, the configuration last.
    /// </summary>
    /// <param name="path">The folder; made if need be, files of the same names are replaced.</param>
    /// <param name="model">A GPT-2.</param>
    /// <param name="vocabulary">The tokenizer; no tokenizer files when null.</param>
    /// <param name="endOfText">The token that stands between documents.</param>
    /// <param name="type">The type of the weights: F32, BF16 or F16.</param>
    /// <param name="anyArchitecture">
    /// Writes also what transformers cannot be told, with a configuration that <see cref="Open"/> reads and transformers refuse.
    /// </param>
    /// <exception cref="ArgumentException">The model is no GPT-2, the type is another, or the vocabulary is not the model's.</exception>
    /// <exception cref="NotSupportedException">
    /// The model's architecture is none that transformers' GPT-2 can be told to have; the message names the options.
    /// </exception>
    public static void Save(
        string path,
        ILanguageModel model,
        BpeVocabulary? vocabulary = null,
        string endOfText = BpeTrainerOptions.EndOfText,
        SafetensorsType type = SafetensorsType.F32,
        bool anyArchitecture = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        if (type is not (SafetensorsType.F32 or SafetensorsType.F16 or SafetensorsType.BF16))
            throw new ArgumentException($"Weights are written as F32, F16 or BF16, not as {type}.", nameof(type));
        if (model.Options is not Gpt2Options options)
            throw new ArgumentException($"Only a GPT-2 has this format, not a model of {model.Options.GetType().Name}.", nameof(model));
        IReadOnlyList<string> parts = Gpt2Config.Inexpressible(options);
        if (parts.Count > 0 && !anyArchitecture)
        {
            throw new NotSupportedException(
                $"A folder of the hub cannot hold this model, because transformers' GPT-2 has no such parts: {string.Join(", ", parts)}. "
                + "Save the pipeline as a zip, or the weights as safetensors beside the options.");
        }

        if (vocabulary is not null && vocabulary.Tokens.Count != options.VocabularySize)
        {
            throw new ArgumentException(
                $"The vocabulary has {vocabulary.Tokens.Count} tokens, but the model knows {options.VocabularySize}.", nameof(vocabulary));
        }

        int? endOfTextId = null;
        if (vocabulary is not null)
        {
            vocabulary.Save(path);
            if (vocabulary.TryGetId(endOfText, out int id))
                endOfTextId = id;
            TokenizerJson.Write(vocabulary, System.IO.Path.Combine(path, TokenizerJson.FileName));
            SaveTokenizerConfiguration(path, vocabulary, endOfTextId is null ? null : endOfText, options.Context);
        }

        AtomicFile.Write(System.IO.Path.Combine(path, WeightsFileName), stream => model.SaveWeights(stream, type));
        string configuration = System.IO.Path.Combine(path, ConfigurationFileName);
        if (parts.Count == 0)
            Gpt2Config.Write(options, type, endOfTextId, configuration);
        else
            OwnConfig.Write(options, configuration);
    }

    /// <summary>What the tokenizer of transformers wants to know besides tokens and merges.</summary>
    private static void SaveTokenizerConfiguration(string path, BpeVocabulary vocabulary, string? endOfText, int context)
    {
        AtomicFile.Write(System.IO.Path.Combine(path, "tokenizer_config.json"), stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
            json.WriteStartObject();
            json.WriteBoolean("add_prefix_space", false);
            string[] others = [.. vocabulary.SpecialTokens.Where(token => token != endOfText)];
            if (others.Length > 0)
            {
                json.WriteStartArray("additional_special_tokens");
                foreach (string token in others)
                    json.WriteStringValue(token);
                json.WriteEndArray();
            }

            if (endOfText is not null)
            {
                json.WriteString("bos_token", endOfText);
                json.WriteString("eos_token", endOfText);
                json.WriteString("unk_token", endOfText);
            }

            json.WriteNumber("model_max_length", context);
            json.WriteString("tokenizer_class", "GPT2Tokenizer");
            json.WriteEndObject();
        });
    }
}
