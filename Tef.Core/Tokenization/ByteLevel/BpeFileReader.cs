using System.Text;
using System.Text.Json;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>Reads Hugging Face's <c>vocab.json</c> and <c>merges.txt</c>. Errors name the file and the line.</summary>
internal static class BpeFileReader
{
    /// <summary>What errors call a stream: its path when it is a file.</summary>
    public static string NameOf(Stream stream, string otherwise) => stream is FileStream file ? file.Name : otherwise;

    /// <summary>Reads a JSON object of tokens and ids, in the file's order.</summary>
    /// <exception cref="InvalidDataException">It is no such object, or a token or id comes twice.</exception>
    public static Dictionary<string, int> ReadVocabulary(ReadOnlySpan<byte> json, string source)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble))
            json = json[Encoding.UTF8.Preamble.Length..];

        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var tokens = new Dictionary<int, string>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw Invalid(json, in reader, source, "expected a JSON object of tokens and ids");

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string token = reader.GetString()!;
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int id) || id < 0)
                    throw Invalid(json, in reader, source, $"the id of '{token}' must be a whole number of at least 0");
                if (!vocabulary.TryAdd(token, id))
                    throw Invalid(json, in reader, source, $"the token '{token}' is there twice");
                if (!tokens.TryAdd(id, token))
                    throw Invalid(json, in reader, source, $"the tokens '{tokens[id]}' and '{token}' have the same id {id}");
            }

            reader.Read();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"{source}, line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw Invalid(json, in reader, source, "a token is not valid text", e);
        }

        return vocabulary;
    }

    /// <summary>Reads lines of two tokens; empty lines and the version line are skipped.</summary>
    /// <exception cref="InvalidDataException">A line is something else.</exception>
    public static List<MergeRule> ReadMerges(TextReader reader, string source)
    {
        var rules = new List<MergeRule>();
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0 || line.StartsWith("#version", StringComparison.Ordinal))
                continue;
            if (!MergeRule.TryParse(line, number, out MergeRule rule))
            {
                string shown = line.Length <= 60 ? line : line[..60] + "…";
                throw new InvalidDataException($"{source}, line {number}: expected two tokens with one space between, found '{shown}'.");
            }

            rules.Add(rule);
        }

        return rules;
    }

    private static InvalidDataException Invalid(
        ReadOnlySpan<byte> json, in Utf8JsonReader reader, string source, string problem, Exception? inner = null)
    {
        int line = json[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
        return new InvalidDataException($"{source}, line {line}: {problem}.", inner);
    }
}
