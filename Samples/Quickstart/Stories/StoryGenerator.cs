using Tef.Samples.Quickstart.Stories.Cast;
using Tef.Samples.Quickstart.Stories.Grammar;

namespace Tef.Samples.Quickstart.Stories;

/// <summary>
/// Tells any number of short stories for children. A story depends on seed, stream and index alone; different streams of a seed
/// are different stories, so that one can be trained on and the other measured on.
/// </summary>
/// <param name="seed">The same seed tells the same stories.</param>
/// <param name="stream">Which of the seed's streams to tell from.</param>
internal sealed class StoryGenerator(int seed, int stream)
{
    private static readonly StoryGrammar[] Plots = LoadPlots();

    public Story Tell(int index)
    {
        var random = new StoryRandom((ulong)(uint)seed, (ulong)(uint)stream, (ulong)(uint)index);
        StoryGrammar plot = random.Pick(Plots);
        var cast = new StoryCast(plot.Request, random);
        return new Story(plot.Name, cast, StoryWriter.Write(plot, cast, random));
    }

    private static StoryGrammar[] LoadPlots()
    {
        string common = StoryTexts.Plot("common");
        return [.. StoryTexts.Plots.Select(name => StoryGrammar.Parse(name, StoryTexts.Plot(name), common))];
    }
}
