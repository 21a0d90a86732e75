using Microsoft.Extensions.DependencyInjection;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.Models;
using Tef.Backends.Torch.Models.Gpt2;
using Tef.Core.Data;
using Tef.Core.DependencyInjection;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Tests.Torch;

/// <summary>Documents that share a block or a batch do not see each other, nor padding.</summary>
public sealed class DocumentPackingTests
{
    private const int EndOfText = 0;

    private static readonly Gpt2Options Small = new()
    {
        VocabularySize = 61,
        Context = 40,
        Layers = 3,
        Width = 32,
        Heads = 4,
        Dropout = 0,
        InitializerRange = 0.2f,
    };

    public static IEnumerable<TefOptions?> Filters()
    {
        yield return null;
        yield return TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.All, DenseFirst = false, DenseLast = false };
        yield return TefOptions.Routed(0.5f) with { ScoreInput = ScoreInput.ResidualStream, Action = TokenAction.Mask, Blocks = FilteredBlocks.All };
        yield return new TefOptions { Selector = new Threshold(0.5f), NormalizeBeforeScore = true };
        yield return new TefOptions { Selector = new TopK(0.5f), Blocks = FilteredBlocks.All };
        yield return new TefOptions { Selector = new TopK(2), Action = TokenAction.Mask, Blocks = FilteredBlocks.All };
        yield return TefOptions.Seed(0.7f) with { Mode = MaskMode.Train };
    }

    private static IEnumerable<ITransformerKernels> AllKernels() => [new ReferenceTransformerKernels(), TransformerKernelsChoice.Best()];

    private static Gpt2 Create(TefOptions? tef, ITransformerKernels kernels, PositionEncoding positions = PositionEncoding.Learned)
    {
        var options = Small with { Tef = tef, Architecture = new() { Positions = positions } };
        var module = new Gpt2(options, new ComputeKernels(kernels, new ReferenceTokenFilterKernels()), CPU, seed: 4);
        module.eval();
        foreach (var block in module.transformer.h)
            block.tef?.threshold.fill_(0.02f);
        return module;
    }

    private static Tensor Hidden(Gpt2 module, ITransformerKernels kernels, TokenBatch batch) => module.Hidden(
        tensor(batch.Inputs).view(batch.Rows, batch.Length),
        new ForwardPass(Small.Layers)
        {
            FilterTokens = true,
            Runs = batch.Runs is null ? null : SequenceLayout.At(batch.Runs),
            Positions = batch.Positions is null ? null : tensor(batch.Positions),
            Real = batch.Padding == 0 ? null : (tensor(batch.Targets) != TokenBatch.IgnoredTarget).view(batch.Rows, batch.Length),
            Attention = new SelfAttentionPath(kernels),
        });

    private static TokenBatch Row(params int[] tokens)
    {
        var batch = new TokenBatch(1, tokens.Length);
        for (int i = 0; i < tokens.Length; i++)
            batch.Inputs[i] = tokens[i];
        return batch;
    }

    [Test]
    public void A_document_in_a_block_does_not_depend_on_its_neighbours(
        [ValueSource(nameof(Filters))] TefOptions? tef, [Values] bool restart, [ValueSource(nameof(AllKernels))] object kernels,
        [Values] PositionEncoding positions)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var transformer = (ITransformerKernels)kernels;
        using Gpt2 module = Create(tef, transformer, positions);
        int[] document = [EndOfText, 7, 3, 9, 9, 12, 40];
        TokenBatch first = Row([EndOfText, 5, 6, 7, 8, .. document, EndOfText, 2, 3]);
        TokenBatch second = Row([EndOfText, 50, 41, 33, 21, .. document, EndOfText, 60, 59]);
        first.Separate(EndOfText, restart);
        second.Separate(EndOfText, restart);
        Tensor before = Hidden(module, transformer, first), after = Hidden(module, transformer, second);
        Assert.That(Moved(before, after, 5, document.Length), Is.LessThan(1e-5));
        Assert.That(Moved(before, after, 1, 4), Is.GreaterThan(5e-3), "the neighbours did change");

        TokenBatch joined = Row([EndOfText, 50, 41, 33, 21, .. document, EndOfText, 60, 59]);
        Assert.That(Moved(before, Hidden(module, transformer, joined), 6, document.Length - 1), Is.GreaterThan(1e-3));
        if (restart)
        {
            Tensor alone = Hidden(module, transformer, Row(document));
            Assert.That((alone - before.narrow(0, 5, document.Length)).abs().max().item<float>(), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void A_padded_document_is_as_if_alone(
        [ValueSource(nameof(Filters))] TefOptions? tef, [ValueSource(nameof(AllKernels))] object kernels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var transformer = (ITransformerKernels)kernels;
        using Gpt2 module = Create(tef, transformer);
        var source = new MemoryTokenSource(Small.VocabularySize, EndOfText);
        source.Add([EndOfText, 5, 6, EndOfText, 9, 8, 7, 6, 5, 4, 3, 2, EndOfText, 13, EndOfText], 15);
        TokenBatch batch = new DocumentBatches(source, 32, 4, seed: 2, new PackingOptions()).Read(0);
        Assert.That(batch.Padding, Is.EqualTo(13));
        Tensor rows = Hidden(module, transformer, batch);
        Tensor losses = transformer.TokenLosses(rows, module.HeadWeight, tensor(batch.Targets));
        double sum = 0;
        int counted = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            int length = batch.Targets.AsSpan(row * batch.Length, batch.Length).IndexOf(TokenBatch.IgnoredTarget);
            length = length < 0 ? batch.Length : length;
            int[] document = Array.ConvertAll(batch.Inputs.AsSpan(row * batch.Length, length).ToArray(), id => (int)id);
            Tensor alone = Hidden(module, transformer, Row(document));
            Assert.That((alone - rows.narrow(0, row * batch.Length, length)).abs().max().item<float>(), Is.LessThan(1e-5));
            var targets = tensor(batch.Targets.AsSpan(row * batch.Length, length).ToArray());
            sum += transformer.TokenLosses(alone, module.HeadWeight, targets).sum().item<float>();
            counted += length;
        }

        Assert.That(losses.sum().item<float>(), Is.EqualTo(sum).Within(1e-3));
        Assert.That(
            transformer.LinearCrossEntropy(rows, module.HeadWeight, tensor(batch.Targets)).item<float>(),
            Is.EqualTo(sum / counted).Within(1e-4));
    }

    public static IEnumerable<PackingOptions> Packings()
    {
        yield return new PackingOptions { Stride = 10 };
        yield return new PackingOptions { SeparateDocuments = true };
        yield return new PackingOptions { SeparateDocuments = true, RestartPositions = false };
        yield return new PackingOptions { Mode = PackingMode.Documents };
        yield return new PackingOptions { Mode = PackingMode.Documents, GroupByLength = false, Stride = 9 };
    }

    [TestCaseSource(nameof(Packings))]
    public void A_model_learns_from_every_packing(PackingOptions packing)
    {
        var services = new ServiceCollection();
        services.AddTef(options => options.Device = "cpu").AddTorch();
        using ServiceProvider provider = services.BuildServiceProvider();
        ILanguageModelBackend backend = provider.GetRequiredService<LanguageModelBackends>().Selected;
        var options = new TrainingOptions
        {
            Epochs = 0,
            MaxSteps = 60,
            BatchSize = 8,
            SequenceLength = 20,
            LearningRate = 5e-3,
            WarmupSteps = 5,
            ValidationInterval = 20,
            Packing = packing,
        };
        Gpt2Options size = Small with { InitializerRange = 0.02f, Tef = TefOptions.Routed(0.5f) };
        byte[] first = Train(out TrainingResult result);
        Assert.That(result.Validation!.Loss, Is.LessThan(0.75 * Math.Log(Small.VocabularySize)));
        Assert.That(result.TokensSeen, Is.GreaterThan(60 * 8));
        options = options with { PrefetchBatches = 0 };
        Assert.That(Train(out _), Is.EqualTo(first), "the worker decides nothing");

        byte[] Train(out TrainingResult made)
        {
            using ILanguageModel model = backend.Create(size, seed: 1);
            made = backend.Train(model, new TrainingData(Text(400, 1), Text(60, 2)), options);
            using var stream = new MemoryStream();
            model.SaveWeights(stream);
            return stream.ToArray();
        }
    }

    [Test]
    public void Evaluation_keeps_documents_apart_when_asked()
    {
        var services = new ServiceCollection();
        services.AddTef(options => options.Device = "cpu").AddTorch();
        using ServiceProvider provider = services.BuildServiceProvider();
        ILanguageModelBackend backend = provider.GetRequiredService<LanguageModelBackends>().Selected;
        using ILanguageModel model = backend.Create(Small, seed: 1);
        var text = new MemoryTokenSource(Small.VocabularySize, EndOfText);
        text.Add([EndOfText, 5, 6, 7, EndOfText, 9, 8, EndOfText], 5);
        double apart = backend.Evaluate(model, text, new EvaluationOptions { SeparateDocuments = true }).TotalNats;
        double first = model.Score([EndOfText, 5, 6, 7, EndOfText]).TokenLosses.Sum();
        double second = model.Score([EndOfText, 9, 8, EndOfText]).TokenLosses.Sum();
        Assert.That(apart, Is.EqualTo(first + second).Within(1e-3));
        Assert.That(backend.Evaluate(model, text).TotalNats, Is.Not.EqualTo(apart).Within(1e-3));
        Assert.That(
            () => backend.Evaluate(model, new SliceTokenSource(new Unmarked(), 0, 8), new EvaluationOptions { SeparateDocuments = true }),
            Throws.ArgumentException.With.Message.Contains("end-of-text"));
    }

    private static double Moved(Tensor before, Tensor after, int start, int count) =>
        (before - after).narrow(0, start, count).abs().max().item<float>();

    /// <summary>Documents whose tokens follow mostly from the token before.</summary>
    private static MemoryTokenSource Text(int documents, int seed)
    {
        var random = new System.Random(seed);
        var source = new MemoryTokenSource(Small.VocabularySize, EndOfText);
        source.Add([EndOfText], 0);
        for (int document = 0; document < documents; document++)
        {
            int[] tokens = new int[random.Next(2, 50)];
            for (int i = 0; i < tokens.Length; i++)
                tokens[i] = i == 0 || random.Next(10) == 0 ? random.Next(1, Small.VocabularySize) : 1 + (((5 * tokens[i - 1]) + 3) % 60);
            source.Add(tokens, 4 * tokens.Length);
            source.Add([EndOfText], 0);
        }

        return source;
    }

    private sealed class Unmarked : ITokenSource
    {
        public long Count => 8;

        public long TextBytes => 8;

        public void Read(long start, Span<int> destination) => destination.Clear();
    }
}
