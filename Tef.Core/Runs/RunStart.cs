using Microsoft.Extensions.Logging;
using Tef.Core.Configuration;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Core.Runs;

/// <summary>What a run begins or goes on with.</summary>
internal sealed record RunStart(RunTokenizer Tokenizer, RunTexts Texts, TrainingData Data, ILanguageModel Model, RunRecord? Before)
{
    public static RunStart Create(
        TefConfiguration configuration,
        RunFolder folder,
        ILanguageModelBackend backend,
        RunRecord? before,
        TrainingRunOptions options,
        CancellationToken cancellation)
    {
        ILogger logger = options.Loggers.CreateLogger(TrainingRun.LogCategory);
        var texts = new RunTexts(configuration.Data, configuration.Training.Seed, logger);
        using SavedModel? start = configuration.Run.StartFrom is { } source ? SavedModel.Open(source, backend) : null;
        RunTokenizer tokenizer = FindTokenizer(
            configuration, before is null ? null : folder, start, texts, options, cancellation);
        tokenizer.Save(folder.Tokenizer);
        TrainingData data = texts.ReadTrainingData(tokenizer, cancellation);
        logger.LogInformation(
            "Training text: {Tokens} tokens of {Vocabulary}; validation text: {Validation} tokens",
            data.Training.Count, tokenizer.VocabularySize, data.Validation?.Count ?? 0);
        ILanguageModel model = start is null
            ? backend.Create(configuration.CreateModel(tokenizer.VocabularySize), configuration.Run.Seed)
            : Copy(start.Model, configuration, backend);
        return new RunStart(tokenizer, texts, data, model, before);
    }

    private static RunTokenizer FindTokenizer(
        TefConfiguration configuration,
        RunFolder? earlier,
        SavedModel? start,
        RunTexts texts,
        TrainingRunOptions options,
        CancellationToken cancellation)
    {
        TokenizerSettings settings = configuration.Tokenizer;
        if (earlier is not null && RunTokenizer.IsIn(earlier.Tokenizer))
            return RunTokenizer.Load(earlier.Tokenizer, settings.EndOfText);
        if (start is not null)
            return start.Tokenizer;
        if (settings.Path is not null)
            return RunTokenizer.Load(settings.Path, settings.EndOfText);
        return RunTokenizer.Train(
            texts.TrainingDocuments, settings, configuration.Data.Meta, configuration.Run.Threads, options.TokenizerProgress, cancellation);
    }

    /// <summary>The weights of a model with the dropout and, where it says any, the token filters of a configuration.</summary>
    private static ILanguageModel Copy(ILanguageModel start, TefConfiguration configuration, ILanguageModelBackend backend)
    {
        LanguageModelOptions options = (start.Options, configuration.Model) switch
        {
            (Gpt2Options old, Gpt2Options asked) => old with { Dropout = asked.Dropout, Tef = asked.Tef ?? configuration.Tef ?? old.Tef },
            _ => start.Options,
        };
        string path = Path.Combine(configuration.Run.Folder, ".start.safetensors");
        try
        {
            IO.AtomicFile.Write(path, start.SaveWeights);
            using var weights = new HuggingFace.SafetensorsWeights(path);
            return backend.Load(options, weights);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
