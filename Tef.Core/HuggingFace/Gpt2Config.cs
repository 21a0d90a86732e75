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
    ];

    /// <summary>Names of activations; the first of each is the one that is written.</summary>
    private static readonly (string Name, FeedForwardActivation Activation)[] s_activations =
    [
        ("gelu_new", FeedForwardActivation.GeluTanh),
        ("gelu_pytorch_tanh", FeedForwardActivation.GeluTanh),
        ("gelu_fast", FeedForwardActivation.GeluTanh),
        ("gelu", FeedForwardActivation.Gelu),
        ("relu", FeedForwardActivation.Relu),
    ];

    private readonly JsonElement _root;
    private readonly string _path;

    private Gpt2Config(JsonElement root, string path)
    {
        _root = root;
        _path = path;
    }

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, lacks a size, or asks for something that this GPT-2 does not do. The message names file and key.
    /// </exception>
    public static Gpt2Options Read(string path) => JsonFile.ReadObject(
        path, root => OwnConfig.Find(root, path) ?? new Gpt2Config(root, path).ToOptions());

    /// <summary>What a model has that GPT-2's code in transformers cannot be told; empty when it can compute the model.</summary>
    public static IReadOnlyList<string> Inexpressible(Gpt2Options options)
    {
        Gpt2Architecture architecture = options.Architecture;
        var found = new List<string>();
        if (architecture.Positions != PositionEncoding.Learned)
            found.Add($"Positions {architecture.Positions}");
        if (architecture.Norm != NormKind.LayerNorm)
            found.Add($"Norm {architecture.Norm}");
        if (architecture.NormPlacement != NormPlacement.Pre)
            found.Add($"NormPlacement {architecture.NormPlacement}");
        if (!s_activations.Any(item => item.Activation == architecture.Activation))
            found.Add($"Activation {architecture.Activation}");
        if (!architecture.Bias)
            found.Add("Bias false");
        if (options.KeyValueHeads != options.Heads)
            found.Add($"KeyValueHeads {options.KeyValueHeads}");
        return found;
    }

    /// <summary>
    /// Writes a configuration. Dropout between the matrices of the feed-forward layers and the scheme of initialisation, which play
    /// no part in a trained model, have no place in it.
    /// </summary>
    /// <param name="options">The model.</param>
    /// <param name="type">The type of its stored weights.</param>
    /// <param name="endOfText">The id of the token that stands between documents; null when there is none.</param>
    /// <param name="path">The file.</param>
    public static void Write(Gpt2Options options, SafetensorsType type, int? endOfText, string path)
    {
        Gpt2Architecture architecture = options.Architecture;
        using var file = new AtomicFile(path);
        using (var json = new Utf8JsonWriter(file.Stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("activation_function", s_activations.First(item => item.Activation == architecture.Activation).Name);
            json.WriteStartArray("architectures");
            json.WriteStringValue("GPT2LMHeadModel");
            json.WriteEndArray();
            json.WriteNumber("attn_pdrop", architecture.AttentionDropout ?? options.Dropout);
            if (endOfText is { } id)
                json.WriteNumber("bos_token_id", id);
            json.WriteNumber("embd_pdrop", architecture.EmbeddingDropout ?? options.Dropout);
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
            json.WriteNumber("resid_pdrop", architecture.BlockDropout ?? options.Dropout);
            json.WriteBoolean("scale_attn_weights", true);
            if (options.Tef is { } tef)
            {
                json.WritePropertyName(FilterKey);
                json.WriteRawValue(OptionsJson.Write(tef));
            }

            json.WriteBoolean("tie_word_embeddings", architecture.TieHead);
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

        foreach ((string key, bool known) in s_switches)
        {
            if (Find(key) is { } value && value.ValueKind != (known ? JsonValueKind.True : JsonValueKind.False))
                throw Unsupported(key, value.ToString(), known ? "true" : "false");
        }

        if (Find("quantization_config") is not null)
            throw Unsupported("quantization_config", "quantized weights", "none");

        float dropout = Number("resid_pdrop", 0.1f);
        var options = new Gpt2Options
        {
            VocabularySize = Size("vocab_size"),
            Context = Find("n_positions") is null ? Size("n_ctx") : Size("n_positions"),
            Layers = Size("n_layer"),
            Width = Size("n_embd"),
            Heads = Size("n_head"),
            FeedForwardWidth = Find("n_inner") is null ? 0 : Size("n_inner"),
            Dropout = dropout,
            Architecture = new Gpt2Architecture
            {
                Activation = Activation(),
                TieHead = Switch("tie_word_embeddings", true),
                EmbeddingDropout = Apart("embd_pdrop"),
                AttentionDropout = Apart("attn_pdrop"),
            },
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

        float? Apart(string key) => Number(key, 0.1f) is var share && share != dropout ? share : null;
    }

    private FeedForwardActivation Activation()
    {
        string name = Text("activation_function") ?? s_activations[0].Name;
        foreach ((string known, FeedForwardActivation activation) in s_activations)
        {
            if (known == name)
                return activation;
        }

        throw Unsupported("activation_function", $"'{name}'", string.Join(", ", s_activations.Select(item => $"'{item.Name}'")));
    }

    private JsonElement? Find(string key) =>
        _root.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string? Text(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Wrong(key, value, "a text"),
    };

    private bool Switch(string key, bool otherwise) => Find(key) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(key, value, "true or false"),
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
