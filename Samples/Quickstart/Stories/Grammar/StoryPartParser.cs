using System.Buffers;

namespace Tef.Samples.Quickstart.Stories.Grammar;

/// <summary>Reads the parts of one line of a grammar.</summary>
internal ref struct StoryPartParser(string line)
{
    private static readonly SearchValues<char> Special = SearchValues.Create("{}|<[/");

    private int _position;

    /// <exception cref="FormatException">A bracket is not closed or not opened.</exception>
    public static IReadOnlyList<StoryPart> Parse(string line)
    {
        var parser = new StoryPartParser(line);
        List<StoryPart> parts = parser.Sequence();
        return parser._position == line.Length
            ? parts
            : throw new FormatException($"unexpected '{line[parser._position]}' at column {parser._position + 1}");
    }

    private List<StoryPart> Sequence()
    {
        var parts = new List<StoryPart>();
        while (_position < line.Length && line[_position] is not ('|' or '}'))
        {
            switch (line[_position])
            {
                case '{':
                    parts.Add(Choice());
                    break;
                case '<':
                    parts.Add(new RuleCall(Enclosed('>')));
                    break;
                case '[':
                    parts.Add(Slot(Enclosed(']')));
                    break;
                case '/' when line.AsSpan(_position).StartsWith("// "):
                    _position += 3;
                    parts.Add(new ParagraphEnd());
                    break;
                default:
                    parts.Add(new Words(PlainText()));
                    break;
            }
        }

        return parts;
    }

    private Choice Choice()
    {
        int start = _position;
        var alternatives = new List<IReadOnlyList<StoryPart>>();
        do
        {
            _position++;
            alternatives.Add(Sequence());
            if (_position == line.Length)
                throw new FormatException($"the '{{' at column {start + 1} is not closed");
        }
        while (line[_position] == '|');
        _position++;
        return new Choice(alternatives);
    }

    private string Enclosed(char close)
    {
        int end = line.IndexOf(close, _position);
        if (end < 0)
            throw new FormatException($"the '{line[_position]}' at column {_position + 1} is not closed");
        string inside = line[(_position + 1)..end];
        _position = end + 1;
        return inside;
    }

    private string PlainText()
    {
        int length = line.AsSpan(_position + 1).IndexOfAny(Special) + 1;
        int end = length == 0 ? line.Length : _position + length;
        string text = line[_position..end];
        _position = end;
        return text;
    }

    private static Slot Slot(string inside)
    {
        string[] words = inside.Split('.', 2);
        string last = words[^1];
        bool capital = char.IsUpper(last[0]);
        words[^1] = char.ToLowerInvariant(last[0]) + last[1..];
        return new Slot(words[0], words.Length == 2 ? words[1] : "", capital);
    }
}
