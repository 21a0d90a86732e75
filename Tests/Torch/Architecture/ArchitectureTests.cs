using FsCheck;
using FsCheck.Fluent;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.Models;
using Tef.Backends.Torch.Models.Gpt2;
using Tef.Backends.Torch.Training;
using Tef.Backends.Torch.Weights;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Tests.Torch.Architecture;

/// <summary>Every combination of the architecture's options: values, gradients, decoding with a cache, files.</summary>
public sealed class ArchitectureTests
{
    private static readonly Gpt2Options Small = new()
    {
        VocabularySize = 37,
        Context = 24,
        Layers = 2,
        Width = 32,
        Heads = 4,
        Dropout = 0,
        InitializerRange = 0.2f,
    };

    private static readonly Gpt2Architecture Modern = new()
    {
        Positions = PositionEncoding.Rotary,
        Norm = NormKind.RmsNorm,
        Activation = FeedForwardActivation.SwiGlu,
        TieHead = false,
        Bias = false,
        KeyValueHeads = 2,
    };

    [Test]
    public void LogitsEqualPlainLoops() => Check(
        Architectures.Dense(), 24, options => ForBothKernels(options, (model, _) =>
        {
            int[] tokens = Tokens(11, seed: 3);
            double[][] expected = new NaiveGpt2(options, model.Module).Logits(tokens);
            float[] actual = Logits(model, tokens);
            double scale = 1 + expected.Max(row => row.Max(Math.Abs));
            for (int t = 0; t < tokens.Length; t++)
            {
                for (int id = 0; id < options.VocabularySize; id++)
                    Assert.That(actual[(t * options.VocabularySize) + id], Is.EqualTo(expected[t][id]).Within(2e-5 * scale), $"{t}, {id}");
            }
        }));

    [Test]
    public void CachedDecodingEqualsFullForward() => Check(
        Architectures.Filtered(), 30, options => ForBothKernels(options, (model, _) =>
        {
            SetThresholds(model.Module);
            using var cached = model.StartDecoding(2);
            using var full = model.StartFullForward(2);
            float[] fromCache = new float[2 * options.VocabularySize], fromFull = new float[2 * options.VocabularySize];
            var random = new System.Random(5);
            foreach (int count in (int[])[5, 1, 1, 3, 1, 1, 1, 4, 1])
            {
                int[] next = [.. Enumerable.Range(0, 2 * count).Select(_ => random.Next(options.VocabularySize))];
                cached.Append(next, fromCache);
                full.Append(next, fromFull);
                float scale = 1 + fromFull.Max(Math.Abs);
                Assert.That(fromCache, Is.EqualTo(fromFull).Within(1e-5f * scale), $"length {cached.Length}");
                cached.SelectRows([1, 0]);
                full.SelectRows([1, 0]);
            }
        }));

    [Test]
    public void WeightsInFewerBitsDecodeAsTheyComputeWhole() => Check(
        Architectures.Filtered(), 10, options => ForBothKernels(
            options,
            (model, _) =>
            {
                SetThresholds(model.Module);
                using var cached = model.StartDecoding();
                using var full = model.StartFullForward();
                float[] fromCache = new float[options.VocabularySize], fromFull = new float[options.VocabularySize];
                foreach (int token in Tokens(9, seed: 8))
                {
                    cached.Append([token], fromCache);
                    full.Append([token], fromFull);
                    Assert.That(fromCache, Is.EqualTo(fromFull).Within(1e-5f * (1 + fromFull.Max(Math.Abs))));
                }
            },
            InferencePrecision.BFloat16));

    [Test]
    public void EarlierTokensDoNotSeeLaterOnes() => Check(
        Architectures.Filtered(), 15, options => ForBothKernels(options, (model, kernels) =>
        {
            SetThresholds(model.Module);
            Assert.That(CausalityTest.LargestMove(model.Module, kernels, CPU), Is.LessThan(1e-4));
        }));

    [Test]
    public void GradientsEqualFiniteDifferences() => Check(
        Architectures.Dense(), 15, options => ForBothKernels(options, (model, kernels) =>
        {
            using var scope = NewDisposeScope();
            var module = model.Module;
            var ids = tensor(Array.ConvertAll(Tokens(13, seed: 4), id => (long)id));
            Loss().backward();
            foreach (var (name, parameter) in module.named_parameters())
            {
                using var inner = NewDisposeScope();
                using var noGrad = no_grad();
                var gradient = parameter.grad!;
                double length = gradient.norm().item<float>();
                if (length < 1e-3)
                    continue;
                // Half along the gradient, for a signal; half anywhere, so that a component that is missing shows.
                var other = randn(parameter.shape, generator: new Generator(6));
                var direction = (gradient / length) + (other / other.norm());
                direction /= direction.norm();
                double expected = (gradient * direction).sum().item<float>();
                double step = 2e-2 / Math.Max(1, length);
                double forward = Moved(step), backward = Moved(-step);
                Assert.That((forward - backward) / (2 * step), Is.EqualTo(expected).Within(0.02 * length + 1e-3), name);

                double Moved(double by)
                {
                    var kept = parameter.clone();
                    parameter.add_(direction, by);
                    double loss = Loss().item<float>();
                    parameter.copy_(kept);
                    return loss;
                }
            }

            Tensor Loss()
            {
                var hidden = module.Hidden(ids.narrow(0, 0, 12).unsqueeze(0), Pass(options, kernels));
                return kernels.LinearCrossEntropy(hidden, module.HeadWeight, ids.narrow(0, 1, 12));
            }
        }));

    [Test]
    public void WeightsSurviveTheirFile() => Check(Architectures.Filtered(), 12, options =>
    {
        using var model = Build(options, new ReferenceTransformerKernels());
        using var file = new MemoryStream();
        model.SaveWeights(file);
        file.Position = 0;
        using var other = Build(options, new ReferenceTransformerKernels(), seed: 99);
        WeightFile.Read(other.Module, file);
        Assert.That(Logits(other, [1, 2, 3]), Is.EqualTo(Logits(model, [1, 2, 3])));
    });

    [Test]
    public void NamesOfTheWeightsFollowTheArchitecture()
    {
        using var model = Build(Small with { Layers = 1, Architecture = Modern with { NormPlacement = NormPlacement.Both } }, new ReferenceTransformerKernels());
        Assert.That(model.Module.state_dict().Select(item => $"{item.Key} {string.Join('x', item.Value.shape)}"), Is.EquivalentTo(
            [
                "transformer.wte.weight 37x32", "transformer.h.0.ln_1.weight 32", "transformer.h.0.ln_1_post.weight 32",
                "transformer.h.0.attn.c_attn.weight 32x64", "transformer.h.0.attn.c_proj.weight 32x32", "transformer.h.0.ln_2.weight 32",
                "transformer.h.0.ln_2_post.weight 32", "transformer.h.0.mlp.c_fc.weight 32x176", "transformer.h.0.mlp.c_proj.weight 88x32",
                "transformer.ln_f.weight 32", "lm_head.weight 37x32",
            ]));
        using var plain = Build(Small with { Layers = 1 }, new ReferenceTransformerKernels());
        Assert.That(plain.Module.state_dict().Keys, Has.Count.EqualTo(16).And.Contains("transformer.wpe.weight"));
    }

    [Test]
    public void GroupedQueriesShrinkTheCache()
    {
        using var model = Build(Small with { Architecture = Modern }, TransformerKernelsChoice.Best());
        using var session = model.StartDecoding();
        session.Append([.. Enumerable.Range(0, 20)], new float[Small.VocabularySize]);
        Assert.That(session.CacheBytes, Is.EqualTo(2L * 4 * 20 * Small.Layers * (Small.Width / 2)));
    }

    /// <summary>Turning queries and keys together changes no product, so all that counts is how far apart tokens are.</summary>
    [Test]
    public void RotaryPositionsAreRelative()
    {
        using var scope = NewDisposeScope();
        var heads = new HeadLayout(2, 1, 8);
        var rotary = new RotaryPositions(Small, heads);
        var qkv = randn([2, heads.Columns], generator: new Generator(1));
        float near = Product(0, 3), far = Product(17, 20), other = Product(0, 4);
        Assert.That(far, Is.EqualTo(near).Within(1e-4f));
        Assert.That(other, Is.Not.EqualTo(near).Within(1e-3f));

        float Product(long first, long second)
        {
            var turned = rotary.Apply(qkv, tensor(new[] { first, second }));
            return (turned[0].narrow(0, 0, 8) * turned[1].narrow(0, 16, 8)).sum().item<float>();
        }
    }

    [Test]
    public void InitialWeightsHaveTheirDeviations()
    {
        var options = Small with { Width = 128, Layers = 8, InitializerRange = 0.02f };
        using var gpt2 = Build(options, new ReferenceTransformerKernels());
        Assert.That(Deviation(gpt2, "transformer.h.3.mlp.c_fc.weight"), Is.EqualTo(0.02).Within(0.001));
        Assert.That(Deviation(gpt2, "transformer.h.3.mlp.c_proj.weight"), Is.EqualTo(0.005).Within(0.0003));
        using var small = Build(
            options with { Architecture = new() { Initialization = WeightInitialization.Small, TieHead = false } }, new ReferenceTransformerKernels());
        double wide = Math.Sqrt(2.0 / (5 * 128));
        Assert.That(Deviation(small, "transformer.h.3.mlp.c_fc.weight"), Is.EqualTo(wide).Within(0.05 * wide));
        Assert.That(Deviation(small, "lm_head.weight"), Is.EqualTo(wide).Within(0.05 * wide));
        double residual = 2 / (8 * Math.Sqrt(128));
        Assert.That(Deviation(small, "transformer.h.3.attn.c_proj.weight"), Is.EqualTo(residual).Within(0.05 * residual));

        static double Deviation(TorchLanguageModel model, string name)
        {
            float[] values = model.Module.state_dict()[name].data<float>().ToArray();
            return Math.Sqrt(values.Average(value => value * value));
        }
    }

    private static IEnumerable<TestCaseData> DropoutPlaces()
    {
        yield return new TestCaseData(new Gpt2Architecture { EmbeddingDropout = 0.5f }, "embedding");
        yield return new TestCaseData(new Gpt2Architecture { AttentionDropout = 0.5f }, "attention");
        yield return new TestCaseData(new Gpt2Architecture { FeedForwardDropout = 0.5f }, "feed-forward");
        yield return new TestCaseData(new Gpt2Architecture { BlockDropout = 0.5f }, "block");
    }

    [TestCaseSource(nameof(DropoutPlaces))]
    public void EachPlaceOfDropoutWorksAloneAndInTrainingAlone(Gpt2Architecture architecture, string place)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var kernels = new ReferenceTransformerKernels();
        var off = architecture with { EmbeddingDropout = 0, AttentionDropout = 0, FeedForwardDropout = 0, BlockDropout = 0 };
        using var dropping = Build(Small with { Architecture = architecture }, kernels);
        using var silenced = Build(Small with { Dropout = 0.5f, Architecture = off }, kernels);
        var ids = tensor(Array.ConvertAll(Tokens(12, seed: 1), id => (long)id)).unsqueeze(0);
        float[] plain = Hidden(silenced, training: false);

        Assert.That(Hidden(silenced, training: true), Is.EqualTo(plain), "an explicit zero wins over Dropout");
        Assert.That(Hidden(dropping, training: false), Is.EqualTo(plain), place);
        Assert.That(Hidden(dropping, training: true), Is.Not.EqualTo(plain), place);

        float[] Hidden(TorchLanguageModel model, bool training)
        {
            manual_seed(12);
            var pass = new ForwardPass(Small.Layers) { Training = training, Attention = new SelfAttentionPath(kernels) };
            return model.Module.Hidden(ids, pass).data<float>().ToArray();
        }
    }

    private static void Check(Arbitrary<Gpt2Options> models, int count, Action<Gpt2Options> body) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(20_260_801, 297), Prop.ForAll(models, body));

    private static void ForBothKernels(
        Gpt2Options options, Action<TorchLanguageModel, ITransformerKernels> body, InferencePrecision precision = InferencePrecision.Float32)
    {
        foreach (var kernels in (ITransformerKernels[])[new ReferenceTransformerKernels(), TransformerKernelsChoice.Best()])
        {
            using var model = Build(options, kernels, precision: precision);
            body(model, kernels);
        }
    }

    private static TorchLanguageModel Build(
        Gpt2Options options, ITransformerKernels kernels, int seed = 7, InferencePrecision precision = InferencePrecision.Float32)
    {
        options.Validate();
        var compute = new ComputeKernels(kernels, new ReferenceTokenFilterKernels());
        return new TorchLanguageModel(LanguageModuleFactory.Create(options, compute, CPU, seed), kernels, CPU, precision);
    }

    private static float[] Logits(TorchLanguageModel model, int[] tokens)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ids = tensor(Array.ConvertAll(tokens, id => (long)id)).unsqueeze(0);
        var pass = Pass((Gpt2Options)model.Options, new ReferenceTransformerKernels());
        return model.Module.Logits(model.Module.Hidden(ids, pass), null).data<float>().ToArray();
    }

    private static ForwardPass Pass(Gpt2Options options, ITransformerKernels kernels) =>
        new(options.Layers) { FilterTokens = options.Tef is not null, Attention = new SelfAttentionPath(kernels) };

    private static int[] Tokens(int count, int seed)
    {
        var random = new System.Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Small.VocabularySize))];
    }

    /// <summary>Moves the thresholds of budgets to where a run would have left them: about the middle of the scores.</summary>
    private static void SetThresholds(LanguageModule module)
    {
        using var noGrad = no_grad();
        foreach (var block in ((Gpt2)module).transformer.h)
            block.tef?.threshold.zero_();
    }
}
