using System.Text.Json;
using Tef.Core.IO;
using Tef.Core.Tokenization;

namespace Tef.Core.HuggingFace;

/// <summary>The <c>tokenizer_config.json</c> of a model's folder: what transformers want to know besides the vocabulary.</summary>
internal static class TokenizerConfig
{
    public const string FileName = "tokenizer_config.json";

    /// <summary>The token that stands between documents.</summary>
    /// <param name="folder">A model's folder.</param>
    /// <returns>Null when the folder does not say.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static string? ReadEndOfText(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path)
            ? JsonFile.ReadObject(path, root => !root.TryGetProperty("eos_token", out JsonElement token) ? null
                : token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out JsonElement content) ? content.GetString()
                : token.GetString())
            : null;
    }

    /// <summary>Writes the one of a byte-level BPE.</summary>
    public static void Write(string folder, BpeVocabulary vocabulary, string? endOfText, int context) => Write(folder, context, json =>
    {
        json.WriteBoolean("add_prefix_space", false);
        WriteMore(json, vocabulary.SpecialTokens.Where(token => token != endOfText));
        if (endOfText is not null)
        {
            json.WriteString("bos_token", endOfText);
            json.WriteString("eos_token", endOfText);
            json.WriteString("unk_token", endOfText);
        }

        json.WriteString("tokenizer_class", "GPT2Tokenizer");
    });

    /// <summary>Writes the one of a SentencePiece model, read by the class that takes such models of either kind as they are.</summary>
    public static void Write(string folder, SentencePieceVocabulary model, string endOfText, int context) => Write(folder, context, json =>
    {
        json.WriteBoolean("add_bos_token", false);
        json.WriteBoolean("add_eos_token", false);
        WriteMore(json, model.Pieces
            .Where(piece => piece.Type == SentencePieceType.UserDefined && piece.Text != endOfText).Select(piece => piece.Text));
        json.WriteString("bos_token", model.BeginId < 0 ? endOfText : model.Pieces[model.BeginId].Text);
        json.WriteString("eos_token", endOfText);
        json.WriteString("unk_token", model.Pieces[model.UnknownId].Text);
        json.WriteString("tokenizer_class", "LlamaTokenizer");
    });

    private static void Write(string folder, int context, Action<Utf8JsonWriter> writeTokens) =>
        AtomicFile.Write(Path.Combine(folder, FileName), stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
            json.WriteStartObject();
            writeTokens(json);
            json.WriteNumber("model_max_length", context);
            json.WriteEndObject();
        });

    private static void WriteMore(Utf8JsonWriter json, IEnumerable<string> tokens)
    {
        string[] others = [.. tokens];
        if (others.Length == 0)
            return;
        json.WriteStartArray("additional_special_tokens");
        foreach (string token in others)
            json.WriteStringValue(token);
        json.WriteEndArray();
    }
}
