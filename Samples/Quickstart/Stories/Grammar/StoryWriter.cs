using System.Text;
using Tef.Samples.Quickstart.Stories.Cast;

namespace Tef.Samples.Quickstart.Stories.Grammar;

/// <summary>Tells one story: expands the rules of a plot over a cast and keeps track of who was spoken of.</summary>
internal sealed class StoryWriter
{
    private readonly StoryGrammar _grammar;
    private readonly StoryCast _cast;
    private readonly StoryRandom _random;
    private readonly Discourse _discourse;
    private readonly StringBuilder _text = new();

    private StoryWriter(StoryGrammar grammar, StoryCast cast, StoryRandom random)
    {
        _grammar = grammar;
        _cast = cast;
        _random = random;
        _discourse = new Discourse(random);
    }

    public static string Write(StoryGrammar grammar, StoryCast cast, StoryRandom random)
    {
        var writer = new StoryWriter(grammar, cast, random);
        writer.Tell(random.Pick(grammar.StartRule));
        return writer._text.ToString();
    }

    private void Tell(IReadOnlyList<StoryPart> parts)
    {
        foreach (StoryPart part in parts)
            Tell(part);
    }

    private void Tell(StoryPart part)
    {
        switch (part)
        {
            case Words words:
                Append(words.Text);
                break;
            case Choice choice:
                Tell(_random.Pick(choice.Alternatives));
                break;
            case RuleCall call:
                Tell(_random.Pick(_grammar[call.Rule]));
                break;
            case Slot slot:
                string phrase = _cast.Find(slot.Role)!.Refer(slot.Form, _discourse)!;
                Append(slot.Capital ? English.Capitalize(phrase) : phrase);
                break;
            case ParagraphEnd:
                while (_text[^1] == ' ')
                    _text.Length--;
                _text.Append("\n\n");
                _discourse.EndParagraph();
                break;
        }
    }

    private void Append(string text)
    {
        _text.Append(text);
        foreach (char letter in text)
        {
            if (letter is '.' or '!' or '?')
                _discourse.EndSentence();
        }
    }
}
