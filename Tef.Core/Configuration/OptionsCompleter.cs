using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tef.Core.Configuration;

/// <summary>
/// Walks JSON beside the shapes of options: reports what does not fit with its place and the nearest valid name, and gives the
/// same JSON with all absent members filled in.
/// </summary>
internal sealed class OptionsCompleter : IDisposable
{
    private readonly byte[] _json;
    private readonly string _source;
    private readonly IReadOnlyList<(long Start, OptionPlace Place)>? _origins;
    private readonly ArrayBufferWriter<byte> _complete = new();
    private readonly Utf8JsonWriter _writer;
    private readonly List<(string Path, long Start)> _places = [];

    public OptionsCompleter(string json, string source)
    {
        _json = Encoding.UTF8.GetBytes(json);
        _source = source;
        _writer = new Utf8JsonWriter(_complete);
    }

    /// <param name="json">JSON made of another format.</param>
    /// <param name="origins">Where its tokens come from, by their first byte or the comma before it, in ascending order.</param>
    public OptionsCompleter(byte[] json, IReadOnlyList<(long Start, OptionPlace Place)> origins)
    {
        _json = json;
        _source = "configuration";
        _origins = origins;
        _writer = new Utf8JsonWriter(_complete);
    }

    /// <exception cref="OptionsException">The text is not JSON or does not fit the shape.</exception>
    public ReadOnlySpan<byte> Complete(JsonTypeInfo shape)
    {
        try
        {
            var reader = new Utf8JsonReader(
                _json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            reader.Read();
            WriteValue(ref reader, shape, "", nullable: false);
            reader.Read();
        }
        catch (JsonException exception)
        {
            string reason = exception.Message.Split(" LineNumber:")[0];
            throw new OptionsException(
                _source, "", exception.LineNumber + 1 ?? 0, exception.BytePositionInLine + 1 ?? 0, $"not JSON: {reason}", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new OptionsException(_source, "", 0, 0, $"not JSON: {exception.Message}", exception);
        }

        _writer.Flush();
        return _complete.WrittenSpan;
    }

    /// <summary>Turns a failed range check into an error with the place of the option, where it is in the text.</summary>
    /// <param name="exception">What the check said.</param>
    /// <param name="section">The path of the options that were checked; empty for the whole.</param>
    public OptionsException OutOfRange(ArgumentException exception, string section = "")
    {
        string reason = exception.Message.Split(" (Parameter '")[0];
        bool Inside(string path) => section.Length == 0 || path.StartsWith($"{section}.", StringComparison.Ordinal);
        foreach ((string path, long start) in _places.Where(place => Inside(place.Path)))
        {
            if (string.Equals(path[(path.LastIndexOf('.') + 1)..], exception.ParamName, StringComparison.OrdinalIgnoreCase))
                return Error(path, start, $"option '{path}': {reason}", exception);
        }

        foreach ((string path, long start) in _places.Where(place => place.Path == section))
            return Error(path, start, $"option '{path}': {reason}", exception);
        return new OptionsException(_source, exception.ParamName ?? section, 0, 0, reason, exception);
    }

    public void Dispose() => _writer.Dispose();

    private void WriteValue(ref Utf8JsonReader reader, JsonTypeInfo shape, string path, bool nullable)
    {
        if (reader.TokenType == JsonTokenType.Null && nullable)
            _writer.WriteNullValue();
        else if (shape.Kind == JsonTypeInfoKind.Object)
            WriteObject(ref reader, shape, path);
        else if (shape.Kind == JsonTypeInfoKind.Enumerable)
            WriteList(ref reader, shape, path);
        else if (shape.Kind == JsonTypeInfoKind.Dictionary)
            WriteMap(ref reader, shape, path);
        else
            WriteScalar(ref reader, shape.Type, path);
    }

    private void WriteObject(ref Utf8JsonReader reader, JsonTypeInfo shape, string path)
    {
        Require(reader.TokenType == JsonTokenType.StartObject, ref reader, path, "an object");
        long start = reader.TokenStartIndex;
        _writer.WriteStartObject();
        string? discriminator = shape.PolymorphismOptions?.TypeDiscriminatorPropertyName;
        if (shape.PolymorphismOptions is { } polymorphism)
            shape = WriteKind(reader, polymorphism, path);
        JsonPropertyInfo[] members = [.. shape.Properties.Where(member => member.Set is not null)];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            string memberPath = path.Length == 0 ? name : $"{path}.{name}";
            long nameStart = reader.TokenStartIndex;
            if (!seen.Add(name))
                throw Error(memberPath, nameStart, $"option '{memberPath}' is given twice.");
            if (name == discriminator)
            {
                reader.Skip();
                continue;
            }

            JsonPropertyInfo member = Array.Find(members, member => member.Name == name)
                ?? throw Error(
                    memberPath, nameStart, $"unknown option '{memberPath}'; {NearestName.Suggest(name, [.. members.Select(m => m.Name)])}");
            reader.Read();
            _places.Add((memberPath, reader.TokenStartIndex));
            _writer.WritePropertyName(name);
            WriteValue(ref reader, Shape(member.PropertyType), memberPath, member.IsSetNullable);
        }

        WriteDefaults(shape.Type, members.Where(member => !seen.Contains(member.Name)), path, start);
        _writer.WriteEndObject();
    }

    private void WriteMap(ref Utf8JsonReader reader, JsonTypeInfo shape, string path)
    {
        Require(reader.TokenType == JsonTokenType.StartObject, ref reader, path, "an object");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        _writer.WriteStartObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            string memberPath = $"{path}.{name}";
            if (!seen.Add(name))
                throw Error(memberPath, reader.TokenStartIndex, $"option '{memberPath}' is given twice.");
            reader.Read();
            _places.Add((memberPath, reader.TokenStartIndex));
            _writer.WritePropertyName(name);
            WriteValue(ref reader, Shape(shape.ElementType!), memberPath, nullable: false);
        }
        _writer.WriteEndObject();
    }

    /// <summary>Looks ahead for the member that says which of several shapes an object has, and writes it first.</summary>
    private JsonTypeInfo WriteKind(Utf8JsonReader reader, JsonPolymorphismOptions polymorphism, string path)
    {
        string discriminator = polymorphism.TypeDiscriminatorPropertyName;
        string memberPath = path.Length == 0 ? discriminator : $"{path}.{discriminator}";
        string[] kinds = [.. polymorphism.DerivedTypes.Select(derived => (string)derived.TypeDiscriminator!)];
        long start = reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            bool found = reader.ValueTextEquals(discriminator);
            reader.Read();
            if (!found)
            {
                reader.Skip();
                continue;
            }

            Require(reader.TokenType == JsonTokenType.String, ref reader, memberPath, "a text");
            string kind = reader.GetString()!;
            int index = Array.IndexOf(kinds, kind);
            if (index < 0)
            {
                throw Error(
                    memberPath, reader.TokenStartIndex, $"option '{memberPath}' is '{kind}'; {NearestName.Suggest(kind, kinds)}");
            }

            _writer.WriteString(discriminator, kind);
            return Shape(polymorphism.DerivedTypes[index].DerivedType);
        }

        throw Error(memberPath, start, $"option '{memberPath}' is missing; known are {string.Join(", ", kinds)}.");
    }

    private void WriteDefaults(Type type, IEnumerable<JsonPropertyInfo> absent, string path, long start)
    {
        object? defaults = OptionRules.Defaults.GetValueOrDefault(type);
        foreach (JsonPropertyInfo member in absent)
        {
            if (member.IsRequired || defaults is null)
            {
                string memberPath = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                throw Error(memberPath, start, $"option '{memberPath}' is missing.");
            }

            _writer.WritePropertyName(member.Name);
            JsonSerializer.Serialize(_writer, member.Get!(defaults), Shape(member.PropertyType));
        }
    }

    private void WriteList(ref Utf8JsonReader reader, JsonTypeInfo shape, string path)
    {
        Require(reader.TokenType == JsonTokenType.StartArray, ref reader, path, "a list");
        _writer.WriteStartArray();
        for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            WriteValue(ref reader, Shape(shape.ElementType!), $"{path}[{i}]", nullable: false);
        _writer.WriteEndArray();
    }

    private void WriteScalar(ref Utf8JsonReader reader, Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        JsonTokenType token = reader.TokenType;
        if (type == typeof(bool))
        {
            Require(token is JsonTokenType.True or JsonTokenType.False, ref reader, path, "true or false");
            _writer.WriteBooleanValue(token == JsonTokenType.True);
        }
        else if (type == typeof(int))
        {
            int value = 0;
            Require(token == JsonTokenType.Number && reader.TryGetInt32(out value), ref reader, path, "a whole number of 32 bits");
            _writer.WriteNumberValue(value);
        }
        else if (type == typeof(float) || type == typeof(double))
        {
            bool fits = token == JsonTokenType.Number
                && (type == typeof(float) ? float.IsFinite(reader.GetSingle()) : double.IsFinite(reader.GetDouble()));
            Require(fits, ref reader, path, "a number");
            _writer.WriteRawValue(reader.ValueSpan);
        }
        else if (type == typeof(string))
        {
            Require(token == JsonTokenType.String, ref reader, path, "a text");
            _writer.WriteStringValue(reader.GetString());
        }
        else if (type.IsEnum)
        {
            string[] names = Enum.GetNames(type);
            Require(token == JsonTokenType.String, ref reader, path, $"one of {string.Join(", ", names)}");
            string name = reader.GetString()!;
            _writer.WriteStringValue(
                Array.Find(names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw Error(path, reader.TokenStartIndex, $"option '{path}' is '{name}'; {NearestName.Suggest(name, names)}"));
        }
        else
        {
            throw new NotSupportedException($"Options of type {type} cannot be read.");
        }
    }

    private void Require(bool holds, ref Utf8JsonReader reader, string path, string expected)
    {
        if (holds)
            return;
        string found = reader.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            JsonTokenType.Null => "null",
            JsonTokenType.String => $"the text '{reader.GetString()}'",
            _ => Encoding.UTF8.GetString(reader.ValueSpan),
        };
        string subject = path.Length == 0 ? "the configuration" : $"option '{path}'";
        throw Error(path, reader.TokenStartIndex, $"{subject} must be {expected}, but is {found}.");
    }

    private static JsonTypeInfo Shape(Type type) =>
        OptionsJsonContext.Default.GetTypeInfo(type) ?? throw new NotSupportedException($"Options of type {type} cannot be read.");

    private OptionsException Error(string path, long start, string message, Exception? inner = null)
    {
        if (_origins is not null)
            return new OptionsException(_origins.Last(origin => origin.Start <= start).Place, path, message, inner);
        ReadOnlySpan<byte> before = _json.AsSpan(0, (int)start);
        return new OptionsException(
            _source, path, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'), message, inner);
    }
}
