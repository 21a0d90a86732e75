using System.Text.Json;
using Tef.Core.Configuration;
using Tef.Core.Filtering;
using Tef.Core.IO;
using Tef.Core.Models;
using Tef.Core.Safetensors;

namespace Tef.Core.HuggingFace;

/// <summary>
/// A GPT-2's <c>config.json</c> as Hugging Face's transformers write it. Token filtering is kept under a key of its own,
/// <c>tef</c>, which other tools carry along unread.
/// </summary>
internal sealed class Gpt2Config
{
    private const string FilterKey = "tef";

    /// <summary>Settings that change what the model computes, and the only value of each that is known here.</summary>
    private static readonly (string Key, bool Known)[] s_switches =
    [
        ("scale_attn_weights", true),
        ("scale_attn_by_inverse_layer_idx", false),
        ("add_cross_attention", false),
        ("tie_word_embeddings", true),
    ];

    private readonly JsonElement _root;
    private readonly string _path;

    private Gpt2Config(JsonElement root, string path)
    {
        _root = root;
        _path = path;
    }

    /// <summary>Reads a configuration. Dropout is <c>resid_pdrop</c>; it plays no part outside training.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, lacks a size, or asks for something that this GPT-2 does not do. The message names file and key.
    /// </exception>
    public static Gpt2Options Read(string path) => JsonFile.ReadObject(path, root => new Gpt2Config(root, path).ToOptions());

    /// <summary>Writes a configuration.</summary>
    /// <param name="options">The model.</param>
    /// <param name="type">The type of its stored weights.</param>
    /// <param name="endOfText">The id of the token that stands between documents; null when there is none.</param>
    /// <param name="path">The file.</param>
    public static void Write(Gpt2Options options, SafetensorsType type, int? endOfText, string path)
    {
        using var file = new AtomicFile(path);
        using (var json = new Utf8JsonWriter(file.Stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("activation_function", "gelu_new");
            json.WriteStartArray("architectures");
            json.WriteStringValue("GPT2LMHeadModel");
            json.WriteEndArray();
            json.WriteNumber("attn_pdrop", options.Dropout);
            if (endOfText is { } id)
                json.WriteNumber("bos_token_id", id);
            json.WriteNumber("embd_pdrop", options.Dropout);
            if (endOfText is { } eos)
                json.WriteNumber("eos_token_id", eos);
            json.WriteNumber("initializer_range", options.InitializerRange);
            json.WriteNumber("layer_norm_epsilon", options.LayerNormEpsilon);
            json.WriteString("model_type", "gpt2");
            json.WriteNumber("n_ctx", options.Context);
            json.WriteNumber("n_embd", options.Width);
            json.WriteNumber("n_head", options.Heads);
            if (options.FeedForwardWidth > 0)
                json.WriteNumber("n_inner", options.FeedForwardWidth);
            else
                json.WriteNull("n_inner");
            json.WriteNumber("n_layer", options.Layers);
            json.WriteNumber("n_positions", options.Context);
            json.WriteNumber("resid_pdrop", options.Dropout);
            json.WriteBoolean("scale_attn_weights", true);
            if (options.Tef is { } tef)
            {
                json.WritePropertyName(FilterKey);
                json.WriteRawValue(OptionsJson.Write(tef));
            }

            json.WriteBoolean("tie_word_embeddings", true);
            json.WriteString("torch_dtype", type switch
            {
                SafetensorsType.F16 => "float16",
                SafetensorsType.BF16 => "bfloat16",
                _ => "float32",
            });
            json.WriteBoolean("use_cache", true);
            json.WriteNumber("vocab_size", options.VocabularySize);
            json.WriteEndObject();
        }

        file.Commit();
    }

    private Gpt2Options ToOptions()
    {
        if (Text("model_type") is { } family && family != "gpt2")
            throw Unsupported("model_type", $"'{family}'", "'gpt2'");

        // Both names mean the same formula.
        if (Text("activation_function") is { } activation && activation is not ("gelu_new" or "gelu_pytorch_tanh"))
            throw Unsupported("activation_function", $"'{activation}'", "'gelu_new'");
        foreach ((string key, bool known) in s_switches)
        {
            if (Find(key) is { } value && value.ValueKind != (known ? JsonValueKind.True : JsonValueKind.False))
                throw Unsupported(key, value.ToString(), known ? "true" : "false");
        }

        if (Find("quantization_config") is not null)
            throw Unsupported("quantization_config", "quantized weights", "none");

        var options = new Gpt2Options
        {
            VocabularySize = Size("vocab_size"),
            Context = Find("n_positions") is null ? Size("n_ctx") : Size("n_positions"),
            Layers = Size("n_layer"),
            Width = Size("n_embd"),
            Heads = Size("n_head"),
            FeedForwardWidth = Find("n_inner") is null ? 0 : Size("n_inner"),
            Dropout = Number("resid_pdrop", 0.1f),
            LayerNormEpsilon = Number("layer_norm_epsilon", 1e-5f),
            InitializerRange = Number("initializer_range", 0.02f),
            Tef = Find(FilterKey) is { } tef ? OptionsJson.Read<TefOptions>(tef.GetRawText(), $"{_path}, {FilterKey}") : null,
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{_path}: {exception.Message}", exception);
        }

        return options;
    }

    private JsonElement? Find(string key) =>
        _root.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string? Text(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Wrong(key, value, "a text"),
    };

    private int Size(string key) => Find(key) switch
    {
        null => throw new InvalidDataException($"{_path}: '{key}' is missing; a GPT-2 needs it."),
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out int size) && size > 0 => size,
        { } value => throw Wrong(key, value, "a whole number above 0"),
    };

    private float Number(string key, float otherwise) => Find(key) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.Number } value => value.GetSingle(),
        { } value => throw Wrong(key, value, "a number"),
    };

    private InvalidDataException Wrong(string key, JsonElement found, string expected) =>
        new($"{_path}: '{key}' must be {expected}, found {found}.");

    private InvalidDataException Unsupported(string key, string found, string expected) =>
        new($"{_path}: '{key}' is {found}, which is not supported; expected {expected}.");
}
