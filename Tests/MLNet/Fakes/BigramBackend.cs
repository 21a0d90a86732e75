using Microsoft.Extensions.DependencyInjection;
using Tef.Core.Data;
using Tef.Core.DependencyInjection;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Tests.MLNet.Fakes;

/// <summary>Counts pairs of tokens. Knows models by their vocabulary, context and number of blocks alone, whatever their family.</summary>
internal sealed class BigramBackend : ILanguageModelBackend
{
    public string Name => "bigram";

    public ILanguageModel Create(LanguageModelOptions options, int seed)
    {
        options.Validate();
        return new BigramModel(options, new int[options.VocabularySize * options.VocabularySize]);
    }

    public ILanguageModel Load(LanguageModelOptions options, Stream weights)
    {
        options.Validate();
        using var reader = new BinaryReader(weights, System.Text.Encoding.UTF8, leaveOpen: true);
        int expected = options.VocabularySize * options.VocabularySize;
        if (reader.ReadString() != "BIGRAM")
            throw new InvalidDataException("These are no bigram counts.");
        int length = reader.ReadInt32();
        if (length != expected)
            throw new InvalidDataException($"There are {length} counts, but the configuration needs {expected}.");
        int[] counts = new int[length];
        for (int i = 0; i < length; i++)
            counts[i] = reader.ReadInt32();
        return new BigramModel(options, counts);
    }

    public TrainingResult Train(
        ILanguageModel model,
        TrainingData data,
        TrainingOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options.Validate();
        var bigram = (BigramModel)model;
        int vocabulary = bigram.Options.VocabularySize;
        int perStep = options.BatchSize * (options.SequenceLength > 0 ? options.SequenceLength : bigram.Options.Context);
        long steps = Math.Max(1, (data.Training.Count - 1) / perStep);
        int[] counts = (int[])bigram.Counts.Clone();
        long step = 0;
        long seen = 0;
        EvaluationResult? best = null;
        while (step < steps && !cancellation.IsCancellationRequested)
        {
            int[] tokens = new int[Math.Min(perStep + 1, data.Training.Count - step * perStep)];
            data.Training.Read(step * perStep, tokens);
            for (int i = 0; i + 1 < tokens.Length; i++)
                counts[tokens[i] * vocabulary + tokens[i + 1]]++;
            seen += tokens.Length - 1;
            step++;
            bigram.CopyFrom(counts);
            EvaluationResult? validation = data.Validation is null ? null : Evaluate(model, data.Validation, null, CancellationToken.None);
            best = validation;
            progress?.Report(new TrainingProgress
            {
                Step = step,
                Completed = (double)step / steps,
                Epoch = (double)step / steps,
                Loss = validation?.Loss ?? 0,
                GradientNorm = 0,
                LearningRate = options.LearningRate,
                TokensSeen = seen,
                TokensPerSecond = 1,
                Elapsed = TimeSpan.FromSeconds(step),
                Remaining = TimeSpan.FromSeconds(steps - step),
                Validation = validation,
            });
        }

        TrainingEnd end = cancellation.IsCancellationRequested ? TrainingEnd.Cancelled : TrainingEnd.Completed;
        return new TrainingResult(end, step, seen, step, best?.Loss ?? 0, best);
    }

    public EvaluationResult Evaluate(
        ILanguageModel model, ITokenSource tokens, EvaluationOptions? options = null, CancellationToken cancellation = default)
    {
        var bigram = (BigramModel)model;
        int[] ids = new int[tokens.Count];
        tokens.Read(0, ids);
        cancellation.ThrowIfCancellationRequested();
        double nats = 0;
        for (int i = 0; i + 1 < ids.Length; i++)
            nats -= bigram.LogProbability(ids[i], ids[i + 1]);
        return new EvaluationResult(ids.Length - 1, nats, tokens.TextBytes, [.. Enumerable.Repeat(1f, bigram.Options.LayerCount)]);
    }
}

internal static class BigramServiceCollectionExtensions
{
    public static TefBuilder AddBigram(this TefBuilder tef)
    {
        tef.Services.AddSingleton<ILanguageModelBackend, BigramBackend>();
        return tef;
    }
}
