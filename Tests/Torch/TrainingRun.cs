using Microsoft.Extensions.DependencyInjection;
using Tef.Backends.Torch;
using Tef.Core.Data;
using Tef.Core.DependencyInjection;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Tests.Torch;

/// <summary>Small runs on a text that is mostly, not quite, determined by the token before.</summary>
internal sealed class TrainingRun : IDisposable
{
    public const int Vocabulary = 23;

    private readonly ServiceProvider _services;

    public TrainingRun()
    {
        var services = new ServiceCollection();
        services.AddTef(options => options.Device = "cpu").AddTorch();
        _services = services.BuildServiceProvider();
        Backend = _services.GetRequiredService<LanguageModelBackends>().Selected;
    }

    public ILanguageModelBackend Backend { get; }

    public static Gpt2Options Model { get; } = new()
    {
        VocabularySize = Vocabulary,
        Context = 16,
        Layers = 3,
        Width = 16,
        Heads = 2,
        Dropout = 0.1f,
    };

    public static TrainingOptions Short { get; } = new()
    {
        Epochs = 0,
        MaxSteps = 40,
        BatchSize = 4,
        LearningRate = 3e-3,
        WarmupSteps = 5,
        ValidationInterval = 7,
    };

    public static TrainingData Data { get; } = new(Text(2000, 1), Text(300, 2));

    /// <summary>Trains a fresh model.</summary>
    public (byte[] Weights, TrainingResult Result, List<TrainingProgress> Reports) Train(
        Gpt2Options model, TrainingOptions options, Action<TrainingProgress>? report = null, CancellationToken cancellation = default)
    {
        using ILanguageModel fresh = Backend.Create(model, seed: 3);
        var reports = new List<TrainingProgress>();
        TrainingResult result = Backend.Train(
            fresh,
            Data,
            options,
            new Told(progress =>
            {
                reports.Add(progress);
                report?.Invoke(progress);
            }),
            cancellation);
        return (Weights(fresh), result, reports);
    }

    public static byte[] Weights(ILanguageModel model)
    {
        using var stream = new MemoryStream();
        model.SaveWeights(stream);
        return stream.ToArray();
    }

    public static MemoryTokenSource Text(int count, int seed)
    {
        var random = new System.Random(seed);
        var source = new MemoryTokenSource(Vocabulary, endOfText: 0);
        source.Add([.. Enumerable.Range(0, count).Select(i => random.Next(4) == 0 ? random.Next(Vocabulary) : i % Vocabulary)], count);
        return source;
    }

    public void Dispose() => _services.Dispose();

    private sealed class Told(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
