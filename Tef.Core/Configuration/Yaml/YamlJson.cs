using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Tef.Core.Configuration.Yaml;

/// <summary>A configuration as JSON that remembers where each of its tokens came from.</summary>
internal sealed class YamlJson : IDisposable
{
    private readonly ArrayBufferWriter<byte> _json = new();
    private readonly Utf8JsonWriter _writer;
    private readonly List<(long Start, OptionPlace Place)> _places = [];

    private YamlJson() => _writer = new Utf8JsonWriter(_json);

    /// <summary>Converts a tree. Plain scalars become numbers, truth values and null where they look like them.</summary>
    public static (byte[] Json, IReadOnlyList<(long Start, OptionPlace Place)> Places) Convert(YamlNode root)
    {
        using var converter = new YamlJson();
        converter.Write(root);
        converter._writer.Flush();
        return (converter._json.WrittenSpan.ToArray(), converter._places);
    }

    public void Dispose() => _writer.Dispose();

    private void Write(YamlNode node)
    {
        Mark(node.Place);
        switch (node)
        {
            case YamlMap map:
                _writer.WriteStartObject();
                foreach (YamlMember member in map.Members)
                {
                    Mark(member.Place);
                    _writer.WritePropertyName(member.Name);
                    Write(member.Value);
                }

                _writer.WriteEndObject();
                break;
            case YamlList list:
                _writer.WriteStartArray();
                foreach (YamlNode item in list.Items)
                    Write(item);
                _writer.WriteEndArray();
                break;
            case YamlScalar { IsPlain: true } scalar:
                WritePlain(scalar.Text);
                break;
            case YamlScalar scalar:
                _writer.WriteStringValue(scalar.Text);
                break;
        }
    }

    /// <summary>The token written next begins at the end of the text so far, or after a comma there.</summary>
    private void Mark(OptionPlace place) => _places.Add((_writer.BytesCommitted + _writer.BytesPending, place));

    private void WritePlain(string text)
    {
        if (text is "" or "~" or "null" or "Null" or "NULL")
            _writer.WriteNullValue();
        else if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
            _writer.WriteBooleanValue(text[0] is 't' or 'T');
        else if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            _writer.WriteNumberValue(whole);
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            _writer.WriteNumberValue(number);
        else
            _writer.WriteStringValue(text);
    }
}
