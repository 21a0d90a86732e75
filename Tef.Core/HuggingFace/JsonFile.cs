using System.Text.Json;

namespace Tef.Core.HuggingFace;

/// <summary>Reads the JSON files of a model's folder.</summary>
internal static class JsonFile
{
    /// <summary>Reads a file that holds one object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Makes something of the object, which lives no longer than the call.</param>
    /// <exception cref="InvalidDataException">The content is not JSON, or something else than an object; the message has file and line.</exception>
    public static T ReadObject<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? read(root)
                : throw new InvalidDataException($"{path}: expected a JSON object, found {root.ValueKind}.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                $"{path}, line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: not valid JSON: {exception.Message}",
                exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException($"{path}: a text in it is not valid: {exception.Message}", exception);
        }
    }
}
