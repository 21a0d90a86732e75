using Tef.Backends.Torch;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Evaluation;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.ManagedEngine;
using Tef.Backends.Torch.Models;
using Tef.Backends.Torch.Models.Gpt2;
using Tef.Backends.Torch.Training;
using Tef.Core.Data;
using Tef.Core.Decoding;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;
using Tef.Tests.Tensors;
using static TorchSharp.torch;

namespace Tef.Tests.Torch;

/// <summary>The token filter: packing, selectors, actions, causality, and decoding with a cache.</summary>
public sealed class TokenFilterTests
{
    private static readonly Gpt2Options Small = new()
    {
        VocabularySize = 61,
        Context = 40,
        Layers = 4,
        Width = 32,
        Heads = 4,
        Dropout = 0,
        InitializerRange = 0.2f,
    };

    public static IEnumerable<ITokenFilterKernels> AllKernels() => [new ReferenceTokenFilterKernels(), new ManagedTokenFilterKernels()];

    public static IEnumerable<TefOptions> CausalFilters()
    {
        yield return TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.All, DenseFirst = false, DenseLast = false };
        yield return TefOptions.Routed(0.5f) with { ScoreInput = ScoreInput.ResidualStream, Gate = GatePlacement.Input, AlwaysKeepFirst = false };
        yield return TefOptions.Routed(0.5f) with { NormalizeBeforeScore = true, Gate = GatePlacement.Input };
        yield return TefOptions.Routed(0.5f) with { Action = TokenAction.Mask, Blocks = FilteredBlocks.All };
        yield return new TefOptions { Selector = new Threshold(0.5f), NormalizeBeforeScore = true };
        yield return new TefOptions { Selector = new Threshold(0.5f), Action = TokenAction.Mask, AlwaysKeepFirst = false };
    }

    [Test]
    public void CompactAndExpandGradientsEqualFiniteDifferences(
        [ValueSource(nameof(AllKernels))] ITokenFilterKernels kernels,
        [Values("0 2 3 6", "1", "", "0 1 2 3 4 5 6")] string kept)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        long[] places = [.. kept.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)];
        var index = tensor(places, dtype: ScalarType.Int64);
        var rows = randn(7, 3, dtype: ScalarType.Float64);
        var packed = randn(places.Length, 3, dtype: ScalarType.Float64);

        if (places.Length > 0)
            GradientCheck.Run(inputs => kernels.Compact(inputs[0], index), rows);
        GradientCheck.Run(inputs => kernels.Expand(inputs[0], index, inputs[1]), rows, packed);
        // The rows reach the result on both ways, as in a block.
        GradientCheck.Run(inputs => kernels.Expand(inputs[0], index, kernels.Compact(inputs[0], index).square()), rows);
        // A leaf that collects the gradients of two uses.
        GradientCheck.Run(inputs => kernels.Expand(inputs[0], index, inputs[1]) + kernels.Expand(inputs[0].square(), index, inputs[1]), rows, packed);
    }

    [TestCaseSource(nameof(AllKernels))]
    public void GateAndBlendGradientsEqualFiniteDifferences(ITokenFilterKernels kernels)
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        Tensor rows = randn(5, 19, dtype: ScalarType.Float64), computed = randn(5, 19, dtype: ScalarType.Float64);
        var gate = rand(5, 1, dtype: ScalarType.Float64);
        var keep = tensor(new[] { true, false, true, true, false });

        GradientCheck.Run(inputs => kernels.Gate(inputs[0], inputs[1], null), rows, gate);
        GradientCheck.Run(inputs => kernels.Gate(inputs[0], inputs[1], keep), rows, gate);
        GradientCheck.Run(inputs => kernels.Blend(inputs[0], inputs[1], inputs[2]), rows, computed, gate);
        GradientCheck.Run(inputs => kernels.Blend(inputs[0], inputs[0].square(), inputs[1].sigmoid()), rows, gate);
    }

    [TestCaseSource(nameof(AllKernels))]
    public void BlendAtAScoreOfZeroIsTheBlockToTheLastBit(ITokenFilterKernels kernels)
    {
        using var scope = NewDisposeScope();
        manual_seed(10);
        Tensor rows = randn(6, 21), computed = randn(6, 21);

        var blended = kernels.Blend(rows, computed, zeros(6, 1).sigmoid());

        Assert.That(blended.data<float>().ToArray(), Is.EqualTo(computed.data<float>().ToArray()));
    }

    [TestCaseSource(nameof(AllKernels))]
    public void ExpandUndoesCompact(ITokenFilterKernels kernels)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var rows = randn(9, 5);
        var index = tensor(new long[] { 1, 4, 8 });

        var back = kernels.Expand(zeros_like(rows), index, kernels.Compact(rows, index));

        Assert.That(back.index_select(0, index).data<float>().ToArray(), Is.EqualTo(rows.index_select(0, index).data<float>().ToArray()));
        Assert.That(back.abs().sum().item<float>(), Is.EqualTo(rows.index_select(0, index).abs().sum().item<float>()).Within(1e-4));
    }

    [Test]
    public void RoutingEverythingEqualsTheDenseModel()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var dense = Build(Small);
        var tef = TefOptions.Routed(1) with { Blocks = FilteredBlocks.All, DenseFirst = false, DenseLast = false };
        using var routed = Build(Small with { Tef = tef });
        CopyShared(dense, routed);
        foreach (var scorer in routed.transformer.h.Select(block => block.tef!))
        {
            scorer.weight.zero_();
            scorer.bias.zero_();
        }
        var tokens = randint(0, Small.VocabularySize, [3, 17], dtype: ScalarType.Int64);

        var expected = dense.Hidden(tokens, Pass());
        var actual = routed.Hidden(tokens, Pass());

        Assert.That((expected - actual).abs().max().item<float>(), Is.Zero, "bit for bit");
    }

    [Test]
    public void KeptUpdatesAreWeighedAroundTheThreshold(
        [ValueSource(nameof(AllKernels))] ITokenFilterKernels kernels, [Values(float.NegativeInfinity, -0.3f)] float threshold)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(6);
        const float Range = 0.25f;
        var settings = TefOptions.Routed(0.5f) with { DenseFirst = false, AlwaysKeepFirst = false, GateRange = Range, ScoreInput = ScoreInput.ResidualStream };
        using var scorer = new TokenScorer(4, settings, 1e-5, null);
        scorer.weight.copy_(randn(4, 1));
        scorer.threshold.fill_(threshold);
        var filter = new TokenFilter(settings, 0, 1, scorer, new ComputeKernels(new ReferenceTransformerKernels(), kernels));
        var pass = new ForwardPass(1) { FilterTokens = true, Attention = new SelfAttentionPath(new ReferenceTransformerKernels()) };
        var rows = randn(8, 4);

        var actual = filter.Apply(rows, SequenceLayout.Uniform(2, 4), pass, (x, _, _) => (3 * x) + 1, out _);

        float[] scores = scorer.call(rows).data<float>().ToArray();
        Assert.That(scores, float.IsInfinity(threshold) ? Has.All.GreaterThan(threshold) : Has.Some.LessThan(threshold).And.Some.GreaterThan(threshold));
        for (int row = 0; row < 8; row++)
        {
            double weight = scores[row] <= threshold ? 0 : 1 + (Range * Math.Tanh(scores[row] - (float.IsInfinity(threshold) ? 0 : threshold)));
            for (int column = 0; column < 4; column++)
            {
                float h = rows[row, column].item<float>();
                Assert.That(actual[row, column].item<float>(), Is.EqualTo(h + (weight * ((3 * h) + 1 - h))).Within(1e-5));
            }
        }
    }

    [TestCase(ScoreInput.TokenEmbedding, true)]
    [TestCase(ScoreInput.ResidualStream, false)]
    public void ScoresOfEmbeddingsDoNotDependOnTheContext(ScoreInput input, bool alike)
    {
        using var model = Model(Small with { Tef = TefOptions.Routed(0.5f) with { ScoreInput = input } });
        SetThresholds((Gpt2)model.Module);

        float[] gates = model.Score([7, 3, 9, 3, 3, 40, 3, 9]).Gates[^1];

        Assert.That(gates[1] == gates[3] && gates[4] == gates[6] && gates[2] == gates[7], Is.EqualTo(alike));
        Assert.That(gates[0], Is.Not.EqualTo(gates[1]), "other tokens");
    }

    [TestCaseSource(nameof(CausalFilters))]
    public void CausalSelectorsPassTheAutoregressiveTest(TefOptions tef)
    {
        using var module = Build(Small with { Tef = tef });
        SetThresholds(module);

        Assert.That(module.NonCausalSelectors, Is.Empty);
        Assert.That(CausalityTest.LargestMove(module, new ReferenceTransformerKernels(), CPU), Is.LessThan(1e-5));
    }

    [Test]
    public void SelectorsThatLookAheadAreNamedAndRefusedForGeneration()
    {
        var seed = Small with { Tef = TefOptions.Seed(0.9f) };
        using var model = Model(seed);

        Assert.That(model.Module.NonCausalSelectors, Has.Count.EqualTo(Small.Layers));
        Assert.That(
            CausalityTest.LargestMove(model.Module, new ReferenceTransformerKernels(), CPU), Is.GreaterThan(1e-3),
            "the autoregressive test must see what it is there to see");
        Assert.That(
            () => model.StartDecoding(), Throws.InvalidOperationException.With.Message.Contains("CumulativeShare"));
        using var allowed = Model(seed with { Tef = TefOptions.Seed(0.9f) with { AllowNonCausalGeneration = true } });
        using var session = allowed.StartDecoding();
        session.Append([1, 2, 3], new float[Small.VocabularySize]);
        Assert.That(session.Length, Is.EqualTo(3));
    }

    [TestCaseSource(nameof(CausalFilters))]
    public void CachedDecodingEqualsFullForward(TefOptions tef)
    {
        using var model = Model(Small with { Tef = tef });
        SetThresholds((Gpt2)model.Module);
        using var cached = model.StartDecoding(2);
        using var full = model.StartFullForward(2);
        float[] fromCache = new float[2 * Small.VocabularySize], fromFull = new float[2 * Small.VocabularySize];
        var random = new System.Random(5);
        int[] next = [.. Enumerable.Range(0, 12).Select(_ => random.Next(Small.VocabularySize))];
        for (int step = 0; step < Small.Context - 6; step++)
        {
            cached.Append(next, fromCache);
            full.Append(next, fromFull);
            Assert.That(fromCache, Is.EqualTo(fromFull).Within(1e-4f), $"step {step}");
            next = [random.Next(Small.VocabularySize), random.Next(Small.VocabularySize)];
            if (step == 8)
            {
                cached.SelectRows([1, 0]);
                full.SelectRows([1, 0]);
            }
        }
    }

    [Test]
    public void GreedyGenerationWithTheCacheGivesTheTokensOfFullForward()
    {
        using var model = Model(Small with
        {
            Tef = TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.All, DenseFirst = false, DenseLast = false },
        });
        var text = new MemoryTokenSource(Small.VocabularySize);
        var random = new System.Random(8);
        text.Add([.. Enumerable.Range(0, 400).Select(_ => random.Next(Small.VocabularySize))], 400);
        var half = new FilterCalibration(model.Module, new Evaluator(model.Module, new ReferenceTransformerKernels(), CPU))
            .Run(text, 0.5f, new EvaluationOptions(), default);
        using var cached = model.StartDecoding(1, half);
        using var full = model.StartFullForward(1, half);

        int[] fromCache = Greedy(cached), fromFull = Greedy(full);

        Assert.That(fromCache, Is.EqualTo(fromFull));
        Assert.That(fromCache.Distinct().Count(), Is.GreaterThan(3), "a text, not one token again and again");
        float[] kept = model.Score(fromFull, half).KeptShare;
        Assert.That(kept, Is.All.InRange(0.1f, 0.95f), "every block drops some of the tokens");

        static int[] Greedy(IDecodingSession session)
        {
            var logits = new float[Small.VocabularySize];
            List<int> tokens = [5, 11, 3];
            session.Append([.. tokens], logits);
            while (tokens.Count < Small.Context - 1)
            {
                tokens.Add(Array.IndexOf(logits, logits.Max()));
                session.Append([tokens[^1]], logits);
            }
            return [.. tokens];
        }
    }

    [Test]
    public void ATextWhoseFirstTokensAreAllHiddenDecodes()
    {
        using var model = Model(Small with
        {
            Tef = new TefOptions { Selector = new Threshold(1), Action = TokenAction.Mask, AlwaysKeepFirst = false, Blocks = FilteredBlocks.All },
        });
        using var cached = model.StartDecoding();
        using var full = model.StartFullForward();
        float[] fromCache = new float[Small.VocabularySize], fromFull = new float[Small.VocabularySize];

        cached.Append([4, 9], fromCache);
        full.Append([4, 9], fromFull);

        Assert.That(fromCache, Is.EqualTo(fromFull).Within(1e-5f));
    }

    [Test]
    public void RoutedCachesHoldKeptTokensAlone()
    {
        using var model = Model(Small with
        {
            Tef = TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.All, DenseFirst = false, DenseLast = false },
        });
        SetThresholds((Gpt2)model.Module);
        using var dense = Model(Small);
        using var session = model.StartDecoding();
        using var denseSession = dense.StartDecoding();
        int[] tokens = [.. Enumerable.Range(0, 32)];
        var logits = new float[Small.VocabularySize];

        session.Append(tokens, logits);
        denseSession.Append(tokens, logits);

        float[] kept = model.Score(tokens).KeptShare;
        Assert.That(denseSession.CacheBytes, Is.EqualTo(2L * 4 * 32 * Small.Width * Small.Layers));
        Assert.That(kept.Average(), Is.InRange(0.2, 0.8));
        Assert.That(
            session.CacheBytes, Is.EqualTo(denseSession.CacheBytes * (double)kept.Average()).Within(1e-3), "the share of tokens that was kept");
    }

    [Test]
    public void TheBudgetControllerHoldsTheKeptShare()
    {
        using var scope = NewDisposeScope();
        const float keep = 0.3f;
        using var module = Build(Small with { Tef = TefOptions.Routed(keep) with { Blocks = FilteredBlocks.All } });
        manual_seed(6);
        float[] shares = [];
        for (int step = 0; step < 60; step++)
        {
            using var noGrad = no_grad();
            var pass = new ForwardPass(Small.Layers)
            {
                Training = true,
                FilterTokens = true,
                Attention = new SelfAttentionPath(new ReferenceTransformerKernels()),
            };
            module.Hidden(randint(0, Small.VocabularySize, [8, 40], dtype: ScalarType.Int64), pass);
            module.UpdateControllers(pass);
            shares = pass.KeptShare();
        }
        Assert.That(shares[1..3], Is.All.EqualTo(keep).Within(0.06f));
        Assert.That(shares[0], Is.EqualTo(1), "the first block is dense");
    }

    private static ForwardPass Pass() => new(Small.Layers)
    {
        FilterTokens = true,
        Attention = new SelfAttentionPath(new ReferenceTransformerKernels()),
    };

    private static Gpt2 Build(Gpt2Options options) =>
        new(options, new ComputeKernels(new ReferenceTransformerKernels(), new ReferenceTokenFilterKernels()), CPU, seed: 7);

    private static TorchLanguageModel Model(Gpt2Options options) => new(Build(options), new ReferenceTransformerKernels(), CPU);

    private static void CopyShared(Gpt2 from, Gpt2 to)
    {
        var weights = from.state_dict();
        foreach (var (name, weight) in to.state_dict())
        {
            if (weights.TryGetValue(name, out var source))
                weight.copy_(source);
        }
    }

    /// <summary>Moves the thresholds of budgets to where a run would have left them: about the middle of the scores.</summary>
    private static void SetThresholds(Gpt2 module)
    {
        using var noGrad = no_grad();
        foreach (var scorer in module.transformer.h.Select(block => block.tef).Where(scorer => scorer is not null))
            scorer!.threshold.zero_();
    }
}
