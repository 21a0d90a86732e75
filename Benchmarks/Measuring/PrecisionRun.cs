using Microsoft.Extensions.Logging.Abstractions;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Filtering;
using Tef.Core.Data;
using Tef.Core.DependencyInjection;
using Tef.Core.Models;
using Tef.Core.Training;
using TorchSharp.Kernels;

namespace Tef.Benchmarks.Measuring;

/// <summary>A model that has learned the bytes of a text, and what it loses in fewer bits on the end of that text.</summary>
internal sealed class PrecisionRun : IDisposable
{
    private const int Bytes = 256;
    private const int GeneratedLength = 1 << 18;

    private readonly TorchBackend _backend =
        new(new TefRuntimeOptions { Device = "cpu" }, [new ReferenceTokenFilterKernels()], [], NullLoggerFactory.Instance);

    private readonly ILanguageModel _model;
    private readonly MemoryTokenSource _measured = new(Bytes);

    /// <param name="size">The model; its vocabulary is the bytes.</param>
    /// <param name="steps">Steps of training.</param>
    /// <param name="text">The text; a generated one when null.</param>
    public PrecisionRun(ModelSize size, int steps, byte[]? text)
    {
        int[] tokens = text is null ? Generated() : Array.ConvertAll(text, value => (int)value);
        int learned = tokens.Length / 10 * 9;
        if (learned <= size.Ctx)
            throw new ArgumentException($"The text has {tokens.Length} bytes; more than {size.Ctx * 10 / 9 + 10} were expected.");
        var training = new MemoryTokenSource(Bytes);
        training.Add(tokens.AsSpan(0, learned), learned);
        _measured.Add(tokens.AsSpan(learned), tokens.Length - learned);
        _model = _backend.Create(size.Options with { VocabularySize = Bytes, Context = size.Ctx }, seed: 0);
        _backend.Train(
            _model,
            new TrainingData(training),
            new TrainingOptions { MaxSteps = steps, Epochs = int.MaxValue, BatchSize = size.Batch });
    }

    public PrecisionCost Cost(InferencePrecision precision) => PrecisionCost.Measure(_backend, _model, _measured, precision);

    public void Dispose() => _model.Dispose();

    /// <summary>Each byte is one of four that the two before it allow, the first of them most often.</summary>
    private static int[] Generated()
    {
        var tokens = new int[GeneratedLength];
        for (int i = 2; i < tokens.Length; i++)
        {
            float draw = CounterRandom.Uniform(1, (ulong)i);
            int choice = draw < 0.6f ? 0 : draw < 0.8f ? 1 : draw < 0.95f ? 2 : 3;
            tokens[i] = (int)(CounterRandom.Uniform(2, (ulong)((((tokens[i - 2] % 8) * Bytes) + tokens[i - 1]) * 4 + choice)) * Bytes);
        }
        return tokens;
    }
}
