using System.Text.Encodings.Web;
using System.Text.Json;
using Tef.Core.IO;
using Tef.Core.Tokenization;

namespace Tef.Core.HuggingFace;

/// <summary>
/// The <c>tokenizer.json</c> of Hugging Face's tokenizers library: a byte-level BPE in one file, with what stands before and after
/// it. Programs that have no reader of <c>vocab.json</c> and <c>merges.txt</c> ask for it.
/// </summary>
internal static class TokenizerJson
{
    public const string FileName = "tokenizer.json";

    /// <summary>Writes a vocabulary; text is cut as GPT-2 does, without a space before it.</summary>
    public static void Write(BpeVocabulary vocabulary, string path) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(
            stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteSpecialTokens(json, vocabulary);
        json.WriteNull("normalizer");
        WriteByteLevel(json, "pre_tokenizer", trimOffsets: true);
        WriteByteLevel(json, "post_processor", trimOffsets: false);
        WriteByteLevel(json, "decoder", trimOffsets: true);
        WriteModel(json, vocabulary);
        json.WriteEndObject();
    });

    private static void WriteSpecialTokens(Utf8JsonWriter json, BpeVocabulary vocabulary)
    {
        json.WriteStartArray("added_tokens");
        foreach (string token in vocabulary.SpecialTokens)
        {
            vocabulary.TryGetId(token, out int id);
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("content", token);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", false);
            json.WriteBoolean("normalized", false);
            json.WriteBoolean("special", true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, string part, bool trimOffsets)
    {
        json.WriteStartObject(part);
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", trimOffsets);
        json.WriteBoolean("use_regex", true);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, BpeVocabulary vocabulary)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteString("continuing_subword_prefix", "");
        json.WriteString("end_of_word_suffix", "");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteStartObject("vocab");
        for (int id = 0; id < vocabulary.Tokens.Count; id++)
            json.WriteNumber(vocabulary.Tokens[id], id);
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach ((string left, string right) in vocabulary.Merges)
            json.WriteStringValue($"{left} {right}");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
