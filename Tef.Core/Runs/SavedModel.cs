using Tef.Core.Checkpoints;
using Tef.Core.Configuration;
using Tef.Core.HuggingFace;
using Tef.Core.Models;
using Tef.Core.Tokenization;

namespace Tef.Core.Runs;

/// <summary>
/// A model with its tokenizer, from wherever it was left: a run folder, a checkpoint of one, or a folder of the Hugging Face hub.
/// </summary>
public sealed class SavedModel : IDisposable
{
    private SavedModel(string source, ILanguageModel model, RunTokenizer tokenizer, TefConfiguration? configuration)
    {
        Source = source;
        Model = model;
        Tokenizer = tokenizer;
        Configuration = configuration;
    }

    /// <summary>The folder or file that the weights are from.</summary>
    public string Source { get; }

    /// <summary>The model.</summary>
    public ILanguageModel Model { get; }

    /// <summary>Its tokenizer.</summary>
    public RunTokenizer Tokenizer { get; }

    /// <summary>The configuration of the run that trained the model; null when it is from elsewhere.</summary>
    public TefConfiguration? Configuration { get; }

    /// <summary>The configuration that a model was trained with, without loading the model.</summary>
    /// <param name="path">As for <see cref="Open"/>.</param>
    /// <returns>Null when the path is no checkpoint and does not lie inside a run folder.</returns>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public static ConfigurationText? FindConfiguration(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (SavedCheckpoint.FindConfiguration(path) is { } stored)
            return stored;
        return FindRun(path) is { } run && File.Exists(run.Configuration)
            ? new ConfigurationText(File.ReadAllText(run.Configuration), run.Configuration)
            : null;
    }

    /// <summary>The tokenizer of a model, without loading the model.</summary>
    /// <param name="path">As for <see cref="Open"/>, or the file or folder of a tokenizer alone.</param>
    /// <exception cref="FileNotFoundException">There is no tokenizer.</exception>
    /// <exception cref="InvalidDataException">Something is damaged.</exception>
    public static RunTokenizer OpenTokenizer(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (SavedCheckpoint.Find(path, null) is { } checkpoint)
            return checkpoint.ReadTokenizer();
        if (!RunFolder.IsRun(path))
            return RunTokenizer.Load(path);
        var run = new RunFolder(path);
        return RunTokenizer.Load(run.Tokenizer, run.ReadConfiguration().Tokenizer.EndOfText);
    }

    /// <summary>Opens a model.</summary>
    /// <param name="path">
    /// A run folder (its final model, or the best weights of its checkpoints while there is none), a checkpoint
    /// (<c>step-000000120.safetensors</c> or <c>.json</c>) or a folder of checkpoints, which need not lie in their run, or a folder with
    /// <c>config.json</c>, weights and the files of a tokenizer.
    /// </param>
    /// <param name="backend">What the model computes with.</param>
    /// <param name="checkpoint">
    /// Of a run folder: <c>final</c>, <c>best</c> (by the monitored metric), <c>last</c> (newest) or a step; of a folder of checkpoints
    /// likewise, but <c>final</c>. By itself when null: the final model or else the best, and the newest of a folder of checkpoints.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no model; the message says what was expected.</exception>
    /// <exception cref="InvalidDataException">Something is damaged, or does not fit.</exception>
    /// <exception cref="ArgumentException">The checkpoint that is asked for cannot be.</exception>
    public static SavedModel Open(string path, ILanguageModelBackend backend, string? checkpoint = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(backend);
        if (!Directory.Exists(path) && !File.Exists(path))
            throw new FileNotFoundException($"There is no model '{path}'. {Expected}", path);
        if (RunFolder.IsRun(path))
            return OpenRun(new RunFolder(path), backend, checkpoint);
        if (SavedCheckpoint.Find(path, checkpoint) is { } found)
            return OpenCheckpoint(found, backend);
        if (File.Exists(path))
            throw new InvalidDataException($"'{path}' is no checkpoint. {Expected}");
        if (checkpoint is not null)
            throw new ArgumentException($"'{path}' is no run folder, so it has no checkpoint '{checkpoint}' to choose.", nameof(checkpoint));
        return File.Exists(Path.Combine(path, HubFolder.ConfigurationFileName))
            ? OpenHubFolder(path, backend, FindRun(path))
            : throw new FileNotFoundException($"The folder '{path}' holds no model. {Expected}", path);
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose() => Model.Dispose();

    private static string Expected =>
        "Expected a run folder, a checkpoint, or a folder with config.json, weights and a tokenizer.";

    private static SavedModel OpenRun(RunFolder run, ILanguageModelBackend backend, string? checkpoint)
    {
        bool hasModel = File.Exists(Path.Combine(run.Model, HubFolder.ConfigurationFileName));
        if (checkpoint is "final" && !hasModel)
            throw new FileNotFoundException($"The run in '{run.Path}' has no final model yet.", run.Model);
        return checkpoint is "final" || (checkpoint is null && hasModel)
            ? OpenHubFolder(run.Model, backend, run)
            : OpenCheckpoint(
                SavedCheckpoint.Find(run.CheckpointsOf(run.ReadConfiguration()), checkpoint ?? "best")
                    ?? throw new FileNotFoundException($"The run in '{run.Path}' has no checkpoint yet.", run.Checkpoints),
                backend);
    }

    private static SavedModel OpenHubFolder(string path, ILanguageModelBackend backend, RunFolder? run)
    {
        HubFolder folder = HubFolder.Open(path);
        TefConfiguration? configuration = run?.ReadConfiguration();
        RunTokenizer tokenizer = RunTokenizer.Load(path, configuration?.Tokenizer.EndOfText ?? folder.EndOfText ?? BpeTrainerOptions.EndOfText);
        RequireSame(path, tokenizer, folder.Options);
        using IWeightSource weights = folder.OpenWeights();
        return new SavedModel(path, backend.Load(folder.Options, weights), tokenizer, configuration);
    }

    private static SavedModel OpenCheckpoint(SavedCheckpoint checkpoint, ILanguageModelBackend backend)
    {
        TefConfiguration configuration = checkpoint.ReadConfiguration();
        RunTokenizer tokenizer = checkpoint.ReadTokenizer();
        RequireSame(checkpoint.TensorsPath, tokenizer, checkpoint.Manifest.Model);
        using CheckpointWeights weights = checkpoint.OpenWeights();
        return new SavedModel(checkpoint.TensorsPath, backend.Load(checkpoint.Manifest.Model, weights), tokenizer, configuration);
    }

    /// <summary>The run folder that a path is, or lies in directly or one level deeper; null when there is none.</summary>
    /// <param name="path">A file or folder.</param>
    public static RunFolder? FindRun(string path)
    {
        string? folder = Path.GetFullPath(path);
        for (int level = 0; level < 3 && folder is not null; level++, folder = Path.GetDirectoryName(folder))
        {
            if (RunFolder.IsRun(folder))
                return new RunFolder(folder);
        }

        return null;
    }

    private static void RequireSame(string path, RunTokenizer tokenizer, LanguageModelOptions model)
    {
        if (tokenizer.VocabularySize > model.VocabularySize)
        {
            throw new InvalidDataException(
                $"The model in '{path}' knows {model.VocabularySize} tokens, but its tokenizer has {tokenizer.VocabularySize}.");
        }
    }
}
