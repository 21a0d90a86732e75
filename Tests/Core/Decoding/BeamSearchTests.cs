using Tef.Core.Decoding;
using Tef.Core.Generation;

namespace Tef.Tests.Core.Decoding;

public sealed class BeamSearchTests
{
    private static readonly int[] Prompt = [3, 1];

    /// <summary>A straightforward beam search without stop tokens, over full sequences and in double precision.</summary>
    private static List<(List<int> Tokens, double Sum)> Naive(TableModel model, int beams, int steps)
    {
        List<(List<int> Tokens, double Sum)> live = [([], 0)];
        for (int step = 0; step < steps; step++)
        {
            live = [.. live
                .SelectMany(beam => Enumerable.Range(0, model.Options.VocabularySize).Select(token =>
                    (Tokens: (List<int>)[.. beam.Tokens, token],
                    Sum: beam.Sum + model.LogProbability([.. Prompt, .. beam.Tokens], [token]))))
                .OrderByDescending(beam => beam.Sum)
                .Take(beams)];
        }

        return live;
    }

    [Test]
    public void Equals_a_naive_search([Values(2, 3, 4, 7)] int beams, [Range(1, 5)] int seed)
    {
        TableModel model = TableModel.Random(vocabulary: 23, context: 64, seed);
        var options = new GenerationOptions { Sample = false, Beams = beams, ReturnSequences = beams, MaxNewTokens = 8, LengthPenalty = 0 };
        IReadOnlyList<GeneratedSequence> actual = TokenGenerator.Generate(model, Prompt, options);
        List<(List<int> Tokens, double Sum)> expected = Naive(model, beams, steps: 8);
        Assert.That(actual.Select(sequence => sequence.Tokens), Is.EqualTo(expected.Select(beam => beam.Tokens)));
        Assert.That(actual.Select(sequence => sequence.LogProbability), Is.EqualTo(expected.Select(beam => beam.Sum)).Within(1e-4));
        Assert.That(actual.Select(sequence => sequence.Score), Is.EqualTo(expected.Select(beam => beam.Sum)).Within(1e-4));
        Assert.That(actual.Select(sequence => sequence.FinishReason), Is.All.EqualTo(FinishReason.MaxNewTokens));
        Assert.That(model.OpenSessions, Is.Zero);
    }

    [Test]
    public void With_enough_beams_finds_the_best_of_all_texts([Range(1, 6)] int seed, [Values(0.5f, 1f, 2f)] float lengthPenalty)
    {
        const int vocabulary = 4, stop = 0, longest = 4;
        TableModel model = TableModel.Random(vocabulary, context: 64, seed);
        var all = new List<(int[] Tokens, double Score)>();
        Walk([]);
        void Walk(int[] tokens)
        {
            int length = tokens.Length + 1;
            double ended = model.LogProbability(Prompt, [.. tokens, stop]) / Math.Pow(length, lengthPenalty);
            all.Add((tokens, ended));
            for (int token = 1; token < vocabulary; token++)
            {
                int[] next = [.. tokens, token];
                if (length == longest)
                    all.Add((next, model.LogProbability(Prompt, next) / Math.Pow(length, lengthPenalty)));
                else
                    Walk(next);
            }
        }

        var options = new GenerationOptions
        {
            Sample = false, Beams = 200, ReturnSequences = 20, MaxNewTokens = longest, StopTokens = [stop], LengthPenalty = lengthPenalty,
        };
        IReadOnlyList<GeneratedSequence> found = TokenGenerator.Generate(model, Prompt, options);
        var expected = all.OrderByDescending(text => text.Score).Take(20).ToList();
        Assert.That(found.Select(sequence => sequence.Tokens), Is.EqualTo(expected.Select(text => text.Tokens)));
        Assert.That(found.Select(sequence => sequence.Score), Is.EqualTo(expected.Select(text => text.Score)).Within(1e-4));
    }
}
