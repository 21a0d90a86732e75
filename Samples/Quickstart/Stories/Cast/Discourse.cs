namespace Tef.Samples.Quickstart.Stories.Cast;

/// <summary>
/// Remembers who was spoken of last, so that a pronoun is used only where it is clear whom it means: nobody else with the same
/// pronoun has been mentioned since, and the last mention is in this sentence or the one before, in the same paragraph.
/// </summary>
internal sealed class Discourse(StoryRandom random)
{
    private readonly Dictionary<Pronouns, (Character Who, int Sentence)> _last = [];
    private int _sentence;

    public StoryRandom Random => random;

    public bool IsClear(Character character) =>
        _last.TryGetValue(character.Pronouns, out var mention) && mention.Who == character && _sentence - mention.Sentence <= 1;

    public void Mention(Character character) => _last[character.Pronouns] = (character, _sentence);

    public void EndSentence() => _sentence++;

    public void EndParagraph() => _last.Clear();
}
