using Tef.Samples.Quickstart.Stories;
using Tef.Samples.Quickstart.Stories.Grammar;

namespace Tef.Tests.Quickstart.Stories;

public sealed class StoryGrammarTests
{
    [TestCase("story\n    [hero] {ran|walked", "plot.story, line 2: the '{' at column 8 is not closed.")]
    [TestCase("story\n    [hero] ran} away", "plot.story, line 2: unexpected '}' at column 11.")]
    [TestCase("story\n    <away", "plot.story, line 2: the '<' at column 1 is not closed.")]
    [TestCase("story\n    <away>", "plot.story: there is no rule 'away'.")]
    [TestCase("story\n    {one|two [hero.wings]}", "plot.story: the cast has no [hero.wings].")]
    [TestCase("story\n    [dragon]", "plot.story: the cast has no [dragon.].")]
    [TestCase("tale\n    [hero]", "plot.story: there is no rule 'story'.")]
    [TestCase("    [hero]", "plot.story, line 1: an alternative stands before the first rule.")]
    [TestCase("cast\n    thing\n\nstory\n    [hero]", "plot.story, line 2: expected 'thing TAG' or 'place outdoors', found 'thing'.")]
    public void Says_what_is_wrong_with_a_plot(string plot, string message) =>
        Assert.That(() => StoryGrammar.Parse("plot", plot, ""), Throws.TypeOf<FormatException>().With.Message.EqualTo(message));

    [Test]
    public void Says_which_row_of_a_table_is_wrong() => Assert.That(
        () => WordTable.Parse("pets.table", "pet | food\ncat | fish\ndog\n"),
        Throws.TypeOf<FormatException>().With.Message.EqualTo("pets.table, row 2: expected 2 filled cells, found 'dog'."));
}
