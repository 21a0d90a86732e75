using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Tef.Core.Safetensors;

/// <summary>
/// The header of a safetensors file: eight bytes of length, then a JSON object of tensors. Strict as the reference
/// implementation is: the tensors must cover the data exactly, without holes and overlaps.
/// </summary>
internal sealed class SafetensorsHeader
{
    public const int LengthBytes = 8;
    public const int MaxBytes = 100_000_000;
    public const string MetadataKey = "__metadata__";

    private SafetensorsHeader(SafetensorsEntry[] entries, Dictionary<string, string> metadata)
    {
        Entries = entries;
        Metadata = metadata;
        DataBytes = entries.Length == 0 ? 0 : entries[^1].Offset + entries[^1].ByteLength;
    }

    /// <summary>All tensors in the order of their data.</summary>
    public SafetensorsEntry[] Entries { get; }

    public Dictionary<string, string> Metadata { get; }

    /// <summary>Bytes of all tensors together.</summary>
    public long DataBytes { get; }

    /// <param name="prefix">The first eight bytes of the file.</param>
    /// <param name="source">What to call the file in messages.</param>
    public static int ReadLength(ReadOnlySpan<byte> prefix, string source)
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 or > MaxBytes)
            throw new InvalidDataException($"{source}: not a safetensors file, a header of {length} bytes is announced.");
        return (int)length;
    }

    /// <param name="json">The header without its length.</param>
    /// <param name="source">What to call the file in messages.</param>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, string source)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
            throw new InvalidDataException($"{source}: not a safetensors file, the header does not begin with '{{'.");
        var entries = new List<SafetensorsEntry>();
        Dictionary<string, string>? metadata = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            Expect(ref reader, JsonTokenType.StartObject);
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (NextProperty(ref reader, out string name))
            {
                if (!names.Add(name))
                    throw new InvalidDataException($"{source}: the header lists '{name}' twice.");
                if (name == MetadataKey)
                    metadata = ReadMetadata(ref reader);
                else
                    entries.Add(ReadEntry(ref reader, name, source));
            }

            if (reader.Read())
                throw new JsonException("there is something after the object");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw new InvalidDataException($"{source}: the safetensors header is damaged: {exception.Message}", exception);
        }

        SafetensorsEntry[] ordered = [.. entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.ByteLength)];
        RequireNoHoles(ordered, source);
        return new SafetensorsHeader(ordered, metadata ?? []);
    }

    private static void RequireNoHoles(SafetensorsEntry[] ordered, string source)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in ordered)
        {
            if (entry.Offset != end)
            {
                string what = entry.Offset < end ? "overlaps the tensor before it" : "leaves a hole before it";
                throw new InvalidDataException($"{source}: tensor '{entry.Name}' at byte {entry.Offset} {what}; byte {end} was expected.");
            }

            end += entry.ByteLength;
        }
    }

    private static Dictionary<string, string> ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        while (NextProperty(ref reader, out string key))
        {
            Expect(ref reader, JsonTokenType.String);
            if (!metadata.TryAdd(key, reader.GetString()!))
                throw new JsonException($"the metadata lists '{key}' twice");
        }

        return metadata;
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name, string source)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (NextProperty(ref reader, out string property))
        {
            if (property == "dtype" && type is null)
            {
                Expect(ref reader, JsonTokenType.String);
                type = reader.GetString();
            }
            else if (property == "shape" && shape is null)
            {
                shape = ReadSizes(ref reader);
            }
            else if (property == "data_offsets" && offsets is null)
            {
                offsets = ReadSizes(ref reader);
            }
            else
            {
                throw new JsonException($"tensor '{name}' has an unexpected property '{property}'");
            }
        }

        if (type is null || shape is null || offsets is not { Length: 2 })
            throw new JsonException($"tensor '{name}' needs dtype, shape and two data_offsets");
        if (!SafetensorsTypes.TryParse(type, out SafetensorsType parsed))
        {
            string known = string.Join(", ", Enum.GetValues<SafetensorsType>().Select(SafetensorsTypes.Name));
            throw new InvalidDataException($"{source}: tensor '{name}' has the unknown type '{type}'. Known are {known}.");
        }

        long bytes = ByteLength(parsed, shape)
            ?? throw new InvalidDataException($"{source}: tensor '{name}' has an impossible shape [{string.Join(", ", shape)}].");
        if (offsets[1] - offsets[0] != bytes)
        {
            throw new InvalidDataException(
                $"{source}: tensor '{name}' of type {type} and shape [{string.Join(", ", shape)}] has {bytes} bytes, "
                + $"but its offsets {offsets[0]} and {offsets[1]} span {offsets[1] - offsets[0]}.");
        }

        return new SafetensorsEntry(name, parsed, shape, offsets[0], bytes);
    }

    /// <returns>The bytes of a tensor; null when their number does not fit.</returns>
    public static long? ByteLength(SafetensorsType type, ReadOnlySpan<long> shape)
    {
        Int128 bytes = type.Size();
        foreach (long size in shape)
        {
            bytes *= size;
            if (bytes > long.MaxValue || size < 0)
                return null;
        }

        return (long)bytes;
    }

    private static long[] ReadSizes(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray);
        var sizes = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long size) || size < 0)
                throw new JsonException("sizes and offsets must be whole numbers of at least 0");
            sizes.Add(size);
        }

        return [.. sizes];
    }

    private static bool NextProperty(ref Utf8JsonReader reader, out string name)
    {
        name = "";
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndObject)
            return false;
        name = reader.GetString()!;
        return true;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (!reader.Read() || reader.TokenType != expected)
            throw new JsonException($"{expected} was expected, {reader.TokenType} was found");
    }
}
