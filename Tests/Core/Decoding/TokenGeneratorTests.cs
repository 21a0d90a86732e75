using Tef.Core.Decoding;
using Tef.Core.Generation;

namespace Tef.Tests.Core.Decoding;

public sealed class TokenGeneratorTests
{
    private static readonly int[] Prompt = [3, 1, 4];
    private static readonly GenerationOptions Greedy = new() { Sample = false };

    [Test]
    public void Greedy_takes_the_best_token_each_time()
    {
        TableModel model = TableModel.Random(50, 64, seed: 1);
        GeneratedSequence sequence = TokenGenerator.Generate(model, Prompt, Greedy with { MaxNewTokens = 20 }).Single();
        List<int> tokens = [.. Prompt];
        while (tokens.Count < Prompt.Length + 20)
        {
            float[] logits = model.Logits(tokens);
            tokens.Add(Array.IndexOf(logits, logits.Max()));
        }

        Assert.That(sequence.Tokens, Is.EqualTo(tokens.Skip(Prompt.Length)));
        Assert.That(sequence.LogProbability, Is.EqualTo(model.LogProbability(Prompt, sequence.Tokens)).Within(1e-4));
        Assert.That(sequence.Score, Is.EqualTo(sequence.LogProbability));
        Assert.That(sequence.FinishReason, Is.EqualTo(FinishReason.MaxNewTokens));
        Assert.That(model.OpenSessions, Is.Zero);
    }

    [Test]
    public void Sampled_sequences_do_not_depend_on_their_number()
    {
        TableModel model = TableModel.Random(40, 64, seed: 2);
        var options = new GenerationOptions { MaxNewTokens = 30, StopTokens = [0, 1], TopP = 0.9f, RepetitionPenalty = 1.2f, Seed = 5 };
        IReadOnlyList<GeneratedSequence> many = TokenGenerator.Generate(model, Prompt, options with { ReturnSequences = 8 });
        IReadOnlyList<GeneratedSequence> few = TokenGenerator.Generate(model, Prompt, options with { ReturnSequences = 3 });
        Assert.That(many.Take(3).Select(sequence => sequence.Tokens), Is.EqualTo(few.Select(sequence => sequence.Tokens)));
        Assert.That(many.Select(sequence => string.Join(' ', sequence.Tokens)).Distinct().Count(), Is.GreaterThan(6));
        Assert.That(
            many.Select(sequence => sequence.Tokens.Count).Distinct().Count(), Is.GreaterThan(1), "sequences end at different lengths");
        foreach (GeneratedSequence sequence in many.Where(sequence => sequence.FinishReason == FinishReason.MaxNewTokens))
            Assert.That(sequence.LogProbability, Is.EqualTo(model.LogProbability(Prompt, sequence.Tokens)).Within(1e-4));
        IReadOnlyList<GeneratedSequence> other = TokenGenerator.Generate(model, Prompt, options with { Seed = 6 });
        Assert.That(other[0].Tokens, Is.Not.EqualTo(few[0].Tokens));
    }

    [Test]
    public void Low_temperature_is_greedy()
    {
        TableModel model = TableModel.Random(40, 64, seed: 3);
        Assert.That(
            TokenGenerator.Generate(model, Prompt, new() { Temperature = 1e-4f }).Single().Tokens,
            Is.EqualTo(TokenGenerator.Generate(model, Prompt, Greedy).Single().Tokens));
        Assert.That(
            TokenGenerator.Generate(model, Prompt, new() { TopK = 1 }).Single().Tokens,
            Is.EqualTo(TokenGenerator.Generate(model, Prompt, Greedy).Single().Tokens));
    }

    [Test]
    public void Stop_token_ends_the_text_and_is_not_part_of_it()
    {
        // Counts up from the last token.
        var model = new TableModel(
            10, 64, tokens => [.. Enumerable.Range(0, 10).Select(token => token == (tokens[^1] + 1) % 10 ? 5f : 0f)]);
        GeneratedSequence sequence = TokenGenerator.Generate(model, [2], Greedy with { StopTokens = [7, 5] }).Single();
        Assert.That(sequence.Tokens, Is.EqualTo(new[] { 3, 4 }));
        Assert.That(sequence.FinishReason, Is.EqualTo(FinishReason.Stop));
        Assert.That(sequence.LogProbability, Is.EqualTo(model.LogProbability([2], [3, 4, 5])).Within(1e-5));
        sequence = TokenGenerator.Generate(model, [2], Greedy with { StopTokens = [3], MinNewTokens = 2, MaxNewTokens = 5 }).Single();
        Assert.That(sequence.Tokens, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [TestCase(5, 3, 3, FinishReason.MaxNewTokens)]
    [TestCase(5, 6, 6, FinishReason.MaxNewTokens)]
    [TestCase(5, 7, 6, FinishReason.ContextFull)]
    [TestCase(10, 5, 1, FinishReason.ContextFull)]
    public void Context_of_ten_bounds_the_text(int promptLength, int maxNewTokens, int expected, FinishReason reason)
    {
        TableModel model = TableModel.Random(20, context: 10, seed: 4);
        int[] prompt = [.. Enumerable.Range(0, promptLength)];
        foreach (int beams in new[] { 1, 3 })
        {
            GeneratedSequence sequence =
                TokenGenerator.Generate(model, prompt, Greedy with { MaxNewTokens = maxNewTokens, Beams = beams }).Single();
            Assert.That(sequence.Tokens, Has.Count.EqualTo(expected));
            Assert.That(sequence.FinishReason, Is.EqualTo(reason));
        }
    }

    [Test]
    public void Streamed_tokens_equal_generated_ones()
    {
        TableModel model = TableModel.Random(30, 64, seed: 5);
        foreach (int seed in Enumerable.Range(0, 20))
        {
            var options = new GenerationOptions { StopTokens = [0, 1, 2], MaxNewTokens = 15, Seed = seed };
            Assert.That(
                TokenGenerator.Stream(model, Prompt, options), Is.EqualTo(TokenGenerator.Generate(model, Prompt, options).Single().Tokens));
        }

        Assert.That(TokenGenerator.Stream(model, Prompt, Greedy).Take(2).Count(), Is.EqualTo(2));
        Assert.That(model.OpenSessions, Is.Zero);
        Assert.That(() => TokenGenerator.Stream(model, Prompt, new() { Beams = 2 }), Throws.ArgumentException);
    }

    [Test]
    public void Many_threads_give_what_one_gives()
    {
        TableModel model = TableModel.Random(30, 64, seed: 6);
        IReadOnlyList<int> Tokens(int seed) => TokenGenerator.Generate(model, Prompt, new() { Seed = seed })[0].Tokens;
        IReadOnlyList<int>[] alone = [.. Enumerable.Range(0, 50).Select(Tokens)];
        Parallel.For(0, 50, seed => Assert.That(Tokens(seed), Is.EqualTo(alone[seed])));
    }

    [Test]
    public void Cancellation_stops_between_tokens()
    {
        using var cancel = new CancellationTokenSource();
        int calls = 0;
        var model = new TableModel(10, 64, _ =>
        {
            if (++calls == 5)
                cancel.Cancel();
            return new float[10];
        });
        Assert.That(() => TokenGenerator.Generate(model, Prompt, Greedy, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(calls, Is.EqualTo(5));
        Assert.That(
            () => TokenGenerator.Generate(model, Prompt, Greedy with { Beams = 2 }, cancel.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            () => TokenGenerator.Stream(model, Prompt, Greedy, cancel.Token).Count(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(model.OpenSessions, Is.Zero);
    }

    [Test]
    public void Prompts_and_options_are_checked()
    {
        TableModel model = TableModel.Random(20, context: 10, seed: 7);
        Assert.That(() => TokenGenerator.Generate(model, [], Greedy), Throws.ArgumentException.With.Message.Contains("start token"));
        Assert.That(
            () => TokenGenerator.Generate(model, new int[11], Greedy),
            Throws.ArgumentException.With.Message.Contains("11 tokens").And.Message.Contains("holds 10"));
        Assert.That(() => TokenGenerator.Generate(model, [20], Greedy), Throws.ArgumentException.With.Message.Contains("Token 20"));
        Assert.That(
            () => TokenGenerator.Generate(model, [1], Greedy with { StopTokens = [-1] }),
            Throws.ArgumentException.With.Message.Contains("Token -1"));
        Assert.That(
            () => TokenGenerator.Generate(model, [1], Greedy with { BadTokens = [[1, 99]] }),
            Throws.ArgumentException.With.Message.Contains("Token 99"));
        Assert.That(
            () => TokenGenerator.Generate(model, [1], Greedy with { ReturnSequences = 2 }),
            Throws.ArgumentException.With.Message.Contains("Greedy"));
        Assert.That(() => TokenGenerator.Generate(model, [1], Greedy with { Temperature = -1 }), Throws.InstanceOf<ArgumentException>());
        var all = Enumerable.Range(0, 20).Select(token => (IReadOnlyList<int>)[token]).ToList();
        foreach (int beams in new[] { 1, 2 })
        {
            Assert.That(
                () => TokenGenerator.Generate(model, [1], Greedy with { BadTokens = all, Beams = beams }),
                Throws.InvalidOperationException.With.Message.Contains("forbidden"));
        }

        Assert.That(model.OpenSessions, Is.Zero);
    }
}
