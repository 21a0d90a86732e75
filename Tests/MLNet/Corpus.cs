namespace Tef.Tests.MLNet;

/// <summary>A row of text, in and out.</summary>
internal sealed class TextRow
{
    public string Text { get; set; } = "";
}

/// <summary>Small made-up stories: the same seed gives the same ones.</summary>
internal static class Corpus
{
    private static readonly string[] s_names = ["Mira", "Tom", "the fox", "a robot", "grandma", "the König"];
    private static readonly string[] s_verbs = ["found", "lost", "painted", "liked", "carried"];
    private static readonly string[] s_things = ["a red ball", "the map", "some cheese", "an old key", "a café", "two birds"];
    private static readonly string[] s_ends = ["and was happy.", "but it rained.", "so they went home.", "and everyone laughed!"];

    public static string Story(Random random) => string.Join(" ", Enumerable.Range(0, random.Next(2, 6)).Select(_ =>
        $"{Pick(random, s_names)} {Pick(random, s_verbs)} {Pick(random, s_things)} {Pick(random, s_ends)}"));

    public static TextRow[] Stories(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new TextRow { Text = Story(random) })];
    }

    private static string Pick(Random random, string[] words) => words[random.Next(words.Length)];
}
