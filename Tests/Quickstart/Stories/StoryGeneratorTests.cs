using System.Text.RegularExpressions;
using Tef.Samples.Quickstart.Stories;
using Tef.Samples.Quickstart.Stories.Cast;

namespace Tef.Tests.Quickstart.Stories;

public sealed partial class StoryGeneratorTests
{
    private static readonly Story[] Told = [.. Enumerable.Range(0, 4000).Select(new StoryGenerator(seed: 7, stream: 1).Tell)];

    [Test]
    public void The_same_seed_tells_the_same_story_in_any_order()
    {
        var again = new StoryGenerator(seed: 7, stream: 1);
        foreach (int index in new[] { 3999, 0, 1234, 17 })
            Assert.That(again.Tell(index).Text, Is.EqualTo(Told[index].Text));
    }

    [Test]
    public void Other_seeds_and_streams_tell_other_stories()
    {
        var texts = Told.Select(story => story.Text).ToHashSet();
        foreach ((int seed, int stream) in new[] { (8, 1), (7, 0), (1, 7) })
        {
            var other = new StoryGenerator(seed, stream);
            Assert.That(Enumerable.Range(0, 500).Select(index => other.Tell(index).Text), Has.None.Matches<string>(texts.Contains));
        }
    }

    [Test]
    public void Tells_no_story_twice() => Assert.That(Told.Select(story => story.Text), Is.Unique);

    [Test]
    public void Tells_every_plot() => Assert.That(Told.Select(story => story.Plot).Distinct(), Is.EquivalentTo(StoryTexts.Plots));

    [Test]
    public void Has_a_vocabulary_of_its_own_and_stories_of_a_page()
    {
        var words = Told.SelectMany(story => Word().Matches(story.Text).Select(match => match.Value.ToLowerInvariant())).ToHashSet();
        Assert.That(words, Has.Count.InRange(1500, 5000));
        Assert.That(Told.Average(story => story.Text.Length), Is.InRange(600, 1000));
        Assert.That(Told.Select(story => story.Text.Length), Has.All.InRange(250, 2000));
    }

    [Test]
    public void Articles_agree_with_the_next_word()
    {
        foreach (Story story in Told)
        {
            Assert.That(story.Text, Does.Not.Match(@"\b[Aa] [aeiouAEIOU]"));
            Assert.That(story.Text, Does.Not.Match(@"\b[Aa]n (?!hour)[^aeiouAEIOU]"));
        }
    }

    [Test]
    public void Pronouns_agree_with_their_characters()
    {
        int checkedStories = 0;
        foreach (Story story in Told)
        {
            Pronouns[] used = [.. story.Cast.Characters.Select(character => character.Pronouns).Distinct()];
            if (used.Length > 1)
                continue;
            Pronouns wrong = used[0] == Pronouns.She ? Pronouns.He : Pronouns.She;
            string pattern = $@"\b({wrong.Subject}|{wrong.Object}|{wrong.Possessive}|{wrong.Reflexive})\b";
            Assert.That(Regex.IsMatch(story.Text, pattern, RegexOptions.IgnoreCase), Is.False, story.Text);
            checkedStories++;
        }

        Assert.That(checkedStories, Is.GreaterThan(200));
    }

    [Test]
    public void A_pronoun_follows_a_name_in_every_paragraph()
    {
        foreach (string paragraph in Told.SelectMany(story => story.Text.Split("\n\n")))
        {
            Assert.That(
                paragraph.Split(' ')[0], Is.Not.AnyOf("She", "He", "Her", "His", "Him"), paragraph);
        }
    }

    [Test]
    public void Verbs_agree_with_one_thing_or_many()
    {
        foreach (Story story in Told)
        {
            var thing = (Thing)story.Cast.Find("thing")!;
            string wrong = thing.IsMany ? "was|is|has|costs" : "were|are|have";
            Assert.That(story.Text, Does.Not.Match($@"\bthe ({thing.Adjective} )?{thing.Noun} ({wrong})\b"));
            string wrongArticle = thing.IsMany ? "a|an|this" : "some|these";
            Assert.That(story.Text, Does.Not.Match($@"\b({wrongArticle}) ({thing.Adjective} )?{thing.Noun}\b"));
        }

        Assert.That(Told.Count(story => ((Thing)story.Cast.Find("thing")!).IsMany), Is.GreaterThan(100));
    }

    [Test]
    public void Sentences_begin_with_a_capital_and_nothing_is_left_unexpanded()
    {
        foreach (Story story in Told)
        {
            Assert.That(story.Text, Does.Match(@"^[A-Z""]").And.Match(@"[.!?]""?$"));
            Assert.That(story.Text, Does.Not.Match(@"[.!?] [a-z]"));
            Assert.That(story.Text, Does.Not.Match(@"[\[\]{}<>|^]|  | [.,!?]|[.!?]{2}|\b(\w+) \1\b"));
            Assert.That(story.Text.Count(letter => letter == '"') % 2, Is.Zero, story.Text);
        }
    }

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Word();
}
