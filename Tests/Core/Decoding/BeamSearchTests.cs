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
            Sample = false,
            Beams = 200,
            ReturnSequences = 20,
            MaxNewTokens = longest,
            StopTokens = [stop],
            LengthPenalty = lengthPenalty,
        };
        IReadOnlyList<GeneratedSequence> found = TokenGenerator.Generate(model, Prompt, options);
        var expected = all.OrderByDescending(text => text.Score).Take(20).ToList();
        Assert.That(found.Select(sequence => sequence.Tokens), Is.EqualTo(expected.Select(text => text.Tokens)));
        Assert.That(found.Select(sequence => sequence.Score), Is.EqualTo(expected.Select(text => text.Score)).Within(1e-4));
    }

    /// <summary>The search with stop tokens and processors, written once more with whole sequences and sorted lists.</summary>
    private static List<(int[] Tokens, double Score, bool Stopped)> Reference(TableModel model, GenerationOptions options)
    {
        int beams = options.Beams;
        ILogitsProcessor[] processors = LogitsProcessors.Create(options, Prompt.Length);
        List<(int[] Tokens, double Sum)> live = [([], 0)];
        List<(int[] Tokens, double Score, bool Stopped)> bank = [];
        for (int length = 1; ; length++)
        {
            List<(int[] Tokens, double Sum)> pool = [];
            foreach ((int[] tokens, double sum) in live)
            {
                int[] sequence = [.. Prompt, .. tokens];
                float[] scores =
                    [.. Enumerable.Range(0, model.Options.VocabularySize).Select(token => (float)model.LogProbability(sequence, [token]))];
                foreach (ILogitsProcessor processor in processors)
                    processor.Process(sequence, scores);
                for (int token = 0; token < scores.Length; token++)
                    pool.Add(([.. tokens, token], sum + scores[token]));
            }

            pool = [.. pool.Where(entry => entry.Sum > double.NegativeInfinity).OrderByDescending(entry => entry.Sum)];
            bool atEnd = length == options.MaxNewTokens;
            foreach ((int[] tokens, double sum) in pool.Take(beams))
            {
                bool stopped = options.StopTokens.Contains(tokens[^1]);
                if (stopped || atEnd)
                    bank.Add((stopped ? tokens[..^1] : tokens, sum / Math.Pow(length, options.LengthPenalty), stopped));
            }

            bank = [.. bank.OrderByDescending(entry => entry.Score).Take(beams)];
            live = [.. pool.Where(entry => !options.StopTokens.Contains(entry.Tokens[^1])).Take(beams)];
            bool improvable = live.Count > 0
                && (bank.Count < beams || live[0].Sum / Math.Pow(length, options.LengthPenalty) > bank[^1].Score);
            if (atEnd || !improvable || (options.EarlyStopping && bank.Count == beams))
                return [.. bank.Take(options.ReturnSequences)];
        }
    }

    [Test]
    public void With_stop_tokens_and_processors_equals_the_reference([Range(1, 40)] int seed)
    {
        TableModel model = TableModel.Random(vocabulary: 17, context: 64, seed, spread: 1 + seed % 4);
        var random = new Random(seed);
        var options = new GenerationOptions
        {
            Sample = false,
            Beams = random.Next(2, 6),
            MaxNewTokens = random.Next(1, 14),
            StopTokens = random.Next(3) == 0 ? [5, 9] : [5],
            LengthPenalty = random.Next(4) - 1,
            EarlyStopping = random.Next(2) == 0,
            RepetitionPenalty = random.Next(2) == 0 ? 1 : 1.5f,
            NoRepeatNgramSize = random.Next(3),
            BadTokens = random.Next(2) == 0 ? [] : [[4], [1, 2]],
        };
        options = options with { ReturnSequences = random.Next(1, options.Beams + 1), MinNewTokens = random.Next(0, options.MaxNewTokens) };
        IReadOnlyList<GeneratedSequence> actual = TokenGenerator.Generate(model, Prompt, options);
        List<(int[] Tokens, double Score, bool Stopped)> expected = Reference(model, options);
        Assert.That(actual.Select(sequence => sequence.Tokens), Is.EqualTo(expected.Select(entry => entry.Tokens)));
        Assert.That(actual.Select(sequence => sequence.Score), Is.EqualTo(expected.Select(entry => entry.Score)).Within(1e-4));
        Assert.That(
            actual.Select(sequence => sequence.FinishReason),
            Is.EqualTo(expected.Select(entry => entry.Stopped ? FinishReason.Stop : FinishReason.MaxNewTokens)));
        Assert.That(model.OpenSessions, Is.Zero);
    }

    [Test]
    public void Sampled_beams_follow_the_seed_and_the_probabilities()
    {
        TableModel model = TableModel.Random(vocabulary: 8, context: 64, seed: 3);
        var options = new GenerationOptions { Beams = 2, MaxNewTokens = 1, ReturnSequences = 2 };
        int[] first = new int[8];
        const int draws = 4000;
        for (int seed = 0; seed < draws; seed++)
        {
            IReadOnlyList<GeneratedSequence> pair = TokenGenerator.Generate(model, Prompt, options with { Seed = seed });
            Assert.That(pair[0].Score, Is.GreaterThanOrEqualTo(pair[1].Score));
            foreach (GeneratedSequence sequence in pair)
                first[sequence.Tokens[0]]++;
        }

        // Of four tokens drawn without replacement the two most probable are kept, so more probable tokens come more often.
        double[] probabilities = [.. Enumerable.Range(0, 8).Select(token => Math.Exp(model.LogProbability(Prompt, [token])))];
        int[] order = [.. Enumerable.Range(0, 8).OrderByDescending(token => probabilities[token])];
        Assert.That(order.Select(token => first[token]), Is.Ordered.Descending);
        Assert.That(first[order[0]], Is.LessThan(draws));
        var longer = options with { MaxNewTokens = 20, Seed = 7 };
        Assert.That(
            TokenGenerator.Generate(model, Prompt, longer)[0].Tokens, Is.EqualTo(TokenGenerator.Generate(model, Prompt, longer)[0].Tokens));
        Assert.That(
            TokenGenerator.Generate(model, Prompt, longer)[0].Tokens,
            Is.Not.EqualTo(TokenGenerator.Generate(model, Prompt, longer with { Seed = 8 })[0].Tokens));
    }
}
