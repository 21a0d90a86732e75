using Microsoft.Extensions.DependencyInjection;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.ManagedEngine;
using Tef.Backends.Torch.Models;
using Tef.Backends.Torch.Training;
using Tef.Core.Data;
using Tef.Core.DependencyInjection;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Tests.Torch;

/// <summary>How filters are trained: the schedule of the kept share, budget losses, and either kernels.</summary>
public sealed class FilterTrainingTests
{
    private static readonly Gpt2Options Model = new()
    {
        VocabularySize = 29,
        Context = 24,
        Layers = 4,
        Width = 32,
        Heads = 4,
        Dropout = 0,
    };

    private static readonly TrainingOptions Training = new()
    {
        Epochs = 0,
        MaxSteps = 80,
        BatchSize = 8,
        LearningRate = 3e-3,
        WarmupSteps = 5,
    };

    [Test]
    public void TheKeptShareFallsAlongItsSchedule()
    {
        var tef = TefOptions.Routed(0.4f) with { Blocks = FilteredBlocks.All, DenseLast = true, MaskWarmupSteps = 10, KeepScheduleSteps = 40, BlockKeep = [0.4f, 0.7f] };

        var shares = Train(tef);

        Assert.That(shares.Take(10).SelectMany(share => share), Is.All.EqualTo(1f), "warm-up");
        Assert.That(shares[30][1], Is.InRange(0.55f, 0.95f), "half way: 0.7");
        Assert.That(shares.TakeLast(10).Average(share => share[1]), Is.EqualTo(0.4).Within(0.12));
        Assert.That(shares.TakeLast(10).Average(share => share[2]), Is.EqualTo(0.7).Within(0.12));
        Assert.That(shares.Select(share => (share[0], share[3])), Is.All.EqualTo((1f, 1f)), "first and last are dense");
    }

    [TestCase(0.2f)]
    [TestCase(0.8f)]
    public void ABudgetLossMovesTheGatesOfAFixedThreshold(float target)
    {
        var tef = new TefOptions
        {
            Selector = new Threshold(0.5f),
            Blocks = FilteredBlocks.All,
            Loss = AuxiliaryLoss.Budget,
            LossWeight = 20,
            TargetKeep = target,
        };

        var last = Train(tef)[^1];

        Assert.That(last[1] - 0.5f, Is.Not.Zero.And.Matches<float>(distance => (distance > 0) == (target > 0.5f)));
    }

    [Test]
    public void TheBudgetLossIsTheMeanSquaredDistanceToTheShare()
    {
        using var scope = NewDisposeScope();
        var options = TefOptions.Routed(0.25f) with { Loss = AuxiliaryLoss.Budget, LossWeight = 3 };
        var pass = new ForwardPass(4) { Attention = new SelfAttentionPath(new ReferenceTransformerKernels()), KeepProgress = 1 };
        pass.Traces[1] = new FilterTrace(zeros(1, 2), tensor(new[] { 0.5f, 0.7f }).view(1, 2), null);
        pass.Traces[3] = new FilterTrace(zeros(1, 2), tensor(new[] { 0.25f, 0.25f }).view(1, 2), null);

        Assert.That(AuxiliaryLosses.Of(options, pass)!.item<float>(), Is.EqualTo(3 * 0.35f * 0.35f / 2).Within(1e-6));
        Assert.That(AuxiliaryLosses.Of(options with { Loss = AuxiliaryLoss.GatedL1 }, pass)!.item<float>(), Is.EqualTo(3 * (0.6f + 0.25f) / 2).Within(1e-6));
        Assert.That(AuxiliaryLosses.Of(options with { Loss = AuxiliaryLoss.None }, pass), Is.Null);
    }

    public static IEnumerable<TefOptions> Filters()
    {
        yield return TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.All, MaskWarmupSteps = 0 };
        yield return TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.All, MaskWarmupSteps = 0, Gate = GatePlacement.Input };
        yield return TefOptions.Seed(0.8f) with { Mode = MaskMode.Train };
        yield return new TefOptions { Selector = new TopK(0.5f), Blocks = FilteredBlocks.All, DenseFirst = false };
    }

    [TestCaseSource(nameof(Filters))]
    public void EitherKernelsTrainTheSameModel(TefOptions tef)
    {
        float[] reference = Losses(tef, new ReferenceTokenFilterKernels()), fused = Losses(tef, new ManagedTokenFilterKernels());

        // A token at the border may be decided the other way by a last bit, so later steps may drift a little.
        Assert.That(fused[0], Is.EqualTo(reference[0]).Within(1e-6));
        Assert.That(fused, Is.EqualTo(reference).Within(2e-3));
        Assert.That(fused[^1], Is.LessThan(fused[0]));
    }

    [Test]
    public void ScorersAreNotDecayed()
    {
        using var module = LanguageModuleFactory.Create(
            Model with { Tef = TefOptions.Routed(0.5f) }, new ComputeKernels(new ReferenceTransformerKernels(), new ReferenceTokenFilterKernels()), CPU, 1);
        using var optimizers = new Optimizers(module, Training with { LearningRate = 1e-2, WeightDecay = 0.5 });
        var named = module.named_parameters().ToDictionary(item => item.name, item => item.parameter);
        using var scorer = named["transformer.h.3.tef.weight"].clone();
        using var matrix = named["transformer.h.3.mlp.c_fc.weight"].clone();
        foreach (var parameter in named.Values)
            parameter.grad = zeros_like(parameter);

        optimizers.Step(1);

        Assert.That((named["transformer.h.3.tef.weight"] - scorer).abs().max().item<float>(), Is.Zero);
        Assert.That((named["transformer.h.3.mlp.c_fc.weight"] - matrix).abs().max().item<float>(), Is.Positive);
    }

    /// <summary>The kept shares of each step.</summary>
    private static List<float[]> Train(TefOptions tef)
    {
        var services = new ServiceCollection();
        services.AddTef(options => options.Device = "cpu").AddTorch();
        using var provider = services.BuildServiceProvider();
        var backend = provider.GetRequiredService<LanguageModelBackends>().Selected;
        using var model = backend.Create(Model with { Tef = tef }, seed: 2);
        var shares = new List<float[]>();
        backend.Train(model, new TrainingData(Text()), Training, new Listener(shares));
        return shares;
    }

    private static float[] Losses(TefOptions tef, ITokenFilterKernels kernels)
    {
        using var module = LanguageModuleFactory.Create(Model with { Tef = tef }, new ComputeKernels(TransformerKernelsChoice.Best(), kernels), CPU, 1);
        using var optimizers = new Optimizers(module, Training);
        manual_seed(4);
        using var tokens = randint(0, Model.VocabularySize, [4, 24], dtype: ScalarType.Int64);
        var losses = new float[6];
        for (int step = 0; step < losses.Length; step++)
        {
            using var scope = NewDisposeScope();
            optimizers.ZeroGradients();
            var pass = new ForwardPass(Model.Layers)
            {
                Training = true,
                FilterTokens = true,
                Attention = new SelfAttentionPath(TransformerKernelsChoice.Best()),
            };
            var loss = nn.functional.cross_entropy(module.Hidden(tokens, pass).matmul(module.HeadWeight.t()), tokens.view(-1));
            losses[step] = loss.item<float>();
            loss.backward();
            module.UpdateControllers(pass);
            optimizers.Step(1);
        }
        return losses;
    }

    private static MemoryTokenSource Text()
    {
        var random = new System.Random(5);
        var source = new MemoryTokenSource(Model.VocabularySize);
        source.Add([.. Enumerable.Range(0, 3000).Select(i => random.Next(8) == 0 ? random.Next(Model.VocabularySize) : i % Model.VocabularySize)], 3000);
        return source;
    }

    private sealed class Listener(List<float[]> shares) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => shares.Add([.. value.KeptShare]);
    }
}
