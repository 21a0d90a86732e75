using Microsoft.Extensions.Logging.Abstractions;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Core.Data;
using Tef.Core.DependencyInjection;
using Tef.Core.Models;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Tests.Torch;

/// <summary>Decoding and evaluation with weights in fewer bits.</summary>
[TestFixture(InferencePrecision.BFloat16)]
[TestFixture(InferencePrecision.Int8)]
public sealed class InferencePrecisionTests(InferencePrecision precision)
{
    private static readonly Gpt2Options Options = new()
    {
        VocabularySize = 61,
        Context = 24,
        Layers = 2,
        Width = 48,
        Heads = 4,
        Dropout = 0,
    };

    [TestCase(1, 40, 33)]
    [TestCase(5, 64, 100)]
    [TestCase(30, 17, 70)]
    public void StoredMatricesEqualTheReference(int rows, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var input = randn(rows, inputs);
        var bias = randn(outputs);
        foreach (bool outputsFirst in (bool[])[false, true])
        {
            var weight = outputsFirst ? randn(outputs, inputs) : randn(inputs, outputs);
            using var fused = TransformerKernelsChoice.Best().Pack(weight, outputsFirst, precision);
            using var reference = new ReferenceTransformerKernels().Pack(weight, outputsFirst, precision);
            AssertClose(fused.Multiply(input, bias, true), reference.Multiply(input, bias, true));
            AssertClose(fused.Multiply(input, null, false), reference.Multiply(input, null, false));
        }
    }

    [Test]
    public void CachedDecodingEqualsFullForward()
    {
        using var model = NewModel(precision);
        using var cached = model.StartDecoding(2);
        using var full = model.StartFullForward(2);
        float[] fromCache = new float[2 * Options.VocabularySize], fromFull = new float[fromCache.Length];
        int[][] steps = [[1, 2, 3, 4, 5, 6, 7, 8], [9, 10], [11, 12], [13, 14]];
        foreach (int[] tokens in steps)
        {
            cached.Append(tokens, fromCache);
            full.Append(tokens, fromFull);
            Assert.That(fromCache, Is.EqualTo(fromFull).Within(2e-5f));
        }
    }

    [Test]
    public void LogitsStayCloseToThoseOfFloat32ButAreNotThose()
    {
        using var exact = NewModel(InferencePrecision.Float32);
        using var stored = NewModel(precision);
        float[] expected = Logits(exact), actual = Logits(stored);
        float largest = expected.Max(MathF.Abs);

        Assert.That(actual, Is.EqualTo(expected).Within(0.03f * largest));
        Assert.That(actual, Is.Not.EqualTo(expected));
    }

    [Test]
    public void SessionsShareTheStoredWeightsAndTheModelFreesThem()
    {
        var model = NewModel(precision);
        var stored = model.StoredWeights.At(precision)!;
        Logits(model);
        Logits(model);
        Assert.That(model.StoredWeights.At(precision), Is.SameAs(stored));

        model.Dispose();
        using var hidden = zeros(1, Options.Width);
        Assert.That(() => stored.Logits(hidden), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void TrainingForgetsTheStoredWeights()
    {
        var backend = NewBackend(precision);
        using var model = backend.Create(Options, seed: 3);
        using var session = model.StartDecoding();
        float[] before = new float[Options.VocabularySize], after = new float[before.Length], fresh = new float[before.Length];
        session.Append([5], before);
        backend.Train(model, new TrainingData(Text()), new TrainingOptions { MaxSteps = 3, Epochs = 5, BatchSize = 4 });
        session.Reset();
        session.Append([5], after);
        using var stream = new MemoryStream();
        model.SaveWeights(stream);
        stream.Position = 0;
        using var copy = backend.Load(Options, stream);
        using var other = copy.StartDecoding();
        other.Append([5], fresh);

        Assert.That(after, Is.EqualTo(fresh));
        Assert.That(after, Is.Not.EqualTo(before));
    }

    [Test]
    public void TheCostIsMeasured()
    {
        var backend = NewBackend(InferencePrecision.Float32);
        using var model = backend.Create(Options, seed: 3);
        var cost = PrecisionCost.Measure(backend, model, Text(), precision);

        Assert.That(cost.Reduced.Tokens, Is.EqualTo(cost.Full.Tokens));
        Assert.That(cost.Reduced.TotalNats, Is.Not.EqualTo(cost.Full.TotalNats));
        Assert.That(Math.Abs(cost.PerplexityChange), Is.LessThan(precision == InferencePrecision.Int8 ? 0.01 : 0.001));
    }

    private static TorchBackend NewBackend(InferencePrecision decoding) => new(
        new TefRuntimeOptions { Device = "cpu", InferencePrecision = decoding },
        [new ReferenceTokenFilterKernels()],
        [],
        NullLoggerFactory.Instance);

    private static TorchLanguageModel NewModel(InferencePrecision decoding) =>
        (TorchLanguageModel)NewBackend(decoding).Create(Options, seed: 3);

    private static MemoryTokenSource Text()
    {
        var random = new Random(4);
        var tokens = new MemoryTokenSource(Options.VocabularySize);
        tokens.Add([.. Enumerable.Range(0, 300).Select(_ => random.Next(Options.VocabularySize))], 300);
        return tokens;
    }

    private static float[] Logits(ILanguageModel model)
    {
        float[] logits = new float[model.Options.VocabularySize];
        using var session = model.StartDecoding();
        session.Append([1, 5, 2, 9], logits);
        return logits;
    }

    private static void AssertClose(Tensor actual, Tensor expected)
    {
        Assert.That(actual.shape, Is.EqualTo(expected.shape));
        float scale = 1 + expected.abs().max().item<float>();
        Assert.That((actual - expected).abs().max().item<float>(), Is.LessThan(2e-5f * scale));
    }
}
