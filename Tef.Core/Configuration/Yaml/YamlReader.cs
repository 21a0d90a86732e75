using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tef.Core.Configuration.Yaml;

/// <summary>
/// Reads the part of YAML that configurations need: one document of maps, lists and scalars. Anchors, aliases and keys that are
/// no text are refused.
/// </summary>
internal sealed class YamlReader
{
    private readonly string _source;
    private readonly bool _hasLines;
    private readonly Parser _parser;

    private YamlReader(string text, string source, bool hasLines)
    {
        _source = source;
        _hasLines = hasLines;
        _parser = new Parser(new StringReader(text));
    }

    private ParsingEvent Current => _parser.Current!;

    /// <summary>Reads a document.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <param name="hasLines">Whether lines and columns say anything to the reader of a message.</param>
    /// <returns>The root; null when there is nothing but blanks and comments.</returns>
    /// <exception cref="OptionsException">The text is not YAML, or more than configurations need.</exception>
    public static YamlNode? Read(string text, string source, bool hasLines = true)
    {
        var reader = new YamlReader(text, source, hasLines);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException exception)
        {
            throw reader.Error(exception.Start, $"not YAML: {exception.Message}", exception);
        }
    }

    private YamlNode? ReadDocument()
    {
        _parser.MoveNext();
        _parser.MoveNext();
        if (Current is StreamEnd)
            return null;
        _parser.MoveNext();
        YamlNode root = ReadNode();
        _parser.MoveNext();
        if (Current is DocumentStart second)
            throw Error(second.Start, "a configuration is one YAML document, but here a second one begins.");
        return root is YamlScalar { IsPlain: true, Text: "" } ? null : root;
    }

    /// <summary>Reads the value at the current event and moves behind it.</summary>
    private YamlNode ReadNode()
    {
        ParsingEvent start = Current;
        if (start is AnchorAlias || start is NodeEvent { Anchor.IsEmpty: false })
            throw Error(start.Start, "anchors and aliases are not supported in configurations.");
        _parser.MoveNext();
        return start switch
        {
            Scalar scalar => new YamlScalar(Place(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => ReadList(Place(start.Start)),
            MappingStart => ReadMap(Place(start.Start)),
            _ => throw Error(start.Start, "a value is expected."),
        };
    }

    private YamlList ReadList(OptionPlace place)
    {
        var items = new List<YamlNode>();
        while (Current is not SequenceEnd)
            items.Add(ReadNode());
        _parser.MoveNext();
        return new YamlList(place, items);
    }

    private YamlMap ReadMap(OptionPlace place)
    {
        var members = new List<YamlMember>();
        while (Current is not MappingEnd)
        {
            Mark start = Current.Start;
            if (ReadNode() is not YamlScalar key)
                throw Error(start, "the name of an option must be a text.");
            if (members.Exists(member => member.Name == key.Text))
                throw Error(start, $"option '{key.Text}' is given twice.");
            members.Add(new YamlMember(key.Place, key.Text, ReadNode()));
        }

        _parser.MoveNext();
        return new YamlMap(place, members);
    }

    private OptionPlace Place(Mark mark) => new(_source, _hasLines ? mark.Line : 0, _hasLines ? mark.Column : 0);

    private OptionsException Error(Mark mark, string message, Exception? inner = null) => new(Place(mark), "", message, inner);
}
