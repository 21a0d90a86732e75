using System.Globalization;
using Tef.Core.Checkpoints;
using Tef.Core.Configuration;
using Tef.Core.HuggingFace;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Core.Runs;

/// <summary>
/// A model with its tokenizer, from wherever it was left: a run folder, a checkpoint of one, or a folder of the Hugging Face hub.
/// </summary>
public sealed class SavedModel : IDisposable
{
    private const string CheckpointPrefix = "step-";

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
    /// <returns>Null when the path is not inside a run folder.</returns>
    /// <exception cref="OptionsException">The configuration of the run cannot be used.</exception>
    public static TefConfiguration? FindConfiguration(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return FindRun(path) is { } run && File.Exists(run.Configuration) ? run.ReadConfiguration() : null;
    }

    /// <summary>Opens a model.</summary>
    /// <param name="path">
    /// A run folder (its final model, or the best weights of its checkpoints while there is none), a checkpoint of one
    /// (<c>checkpoints/step-000000120.safetensors</c>) or its folder of checkpoints, or a folder with <c>config.json</c>, weights,
    /// <c>vocab.json</c> and <c>merges.txt</c>.
    /// </param>
    /// <param name="backend">What the model computes with.</param>
    /// <param name="checkpoint">
    /// Of a run folder: <c>final</c>, <c>best</c> (lowest validation loss), <c>last</c> (newest) or a step; by itself when null.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no model; the message says what was expected.</exception>
    /// <exception cref="InvalidDataException">Something is damaged, or does not fit.</exception>
    /// <exception cref="ArgumentException">The checkpoint that is asked for cannot be.</exception>
    public static SavedModel Open(string path, ILanguageModelBackend backend, string? checkpoint = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(backend);
        if (File.Exists(path))
            return OpenCheckpointFile(path, backend);
        if (!Directory.Exists(path))
            throw new FileNotFoundException($"There is no model '{path}'. {Expected}", path);
        if (RunFolder.IsRun(path))
            return OpenRun(new RunFolder(path), backend, checkpoint);
        if (checkpoint is not null)
            throw new ArgumentException($"'{path}' is no run folder, so it has no checkpoint '{checkpoint}' to choose.", nameof(checkpoint));
        if (File.Exists(Path.Combine(path, HubFolder.ConfigurationFileName)))
            return OpenHubFolder(path, backend, FindRun(path));
        if (Directory.EnumerateFiles(path, $"{CheckpointPrefix}*").Any())
            return OpenCheckpoints(path, backend, "last");
        throw new FileNotFoundException($"The folder '{path}' holds no model. {Expected}", path);
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose() => Model.Dispose();

    private static string Expected =>
        "Expected a run folder, a checkpoint of one, or a folder with config.json, weights, vocab.json and merges.txt.";

    private static SavedModel OpenRun(RunFolder run, ILanguageModelBackend backend, string? checkpoint)
    {
        bool hasModel = File.Exists(Path.Combine(run.Model, HubFolder.ConfigurationFileName));
        if (checkpoint is "final" && !hasModel)
            throw new FileNotFoundException($"The run in '{run.Path}' has no final model yet.", run.Model);
        return checkpoint is "final" || (checkpoint is null && hasModel)
            ? OpenHubFolder(run.Model, backend, run)
            : OpenCheckpoints(run.Checkpoints, backend, checkpoint ?? "best");
    }

    private static SavedModel OpenHubFolder(string path, ILanguageModelBackend backend, RunFolder? run)
    {
        HubFolder folder = HubFolder.Open(path);
        TefConfiguration? configuration = run?.ReadConfiguration();
        RunTokenizer tokenizer = configuration is null
            ? new RunTokenizer(folder.LoadVocabulary())
            : RunTokenizer.Load(path, configuration.Tokenizer.EndOfText);
        RequireSame(path, tokenizer, folder.Options);
        using IWeightSource weights = folder.OpenWeights();
        return new SavedModel(path, backend.Load(folder.Options, weights), tokenizer, configuration);
    }

    private static SavedModel OpenCheckpointFile(string path, ILanguageModelBackend backend)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return name.StartsWith(CheckpointPrefix, StringComparison.Ordinal)
            ? OpenCheckpoints(Path.GetDirectoryName(Path.GetFullPath(path))!, backend, name[CheckpointPrefix.Length..])
            : throw new InvalidDataException($"'{path}' is no checkpoint. {Expected}");
    }

    private static SavedModel OpenCheckpoints(string path, ILanguageModelBackend backend, string which)
    {
        var folder = new CheckpointFolder(new CheckpointOptions { Folder = path });
        CheckpointManifest manifest = which switch
        {
            "last" => folder.FindLatest(),
            "best" => folder.FindLatest(),
            _ when long.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out long step) => folder.Steps.Contains(step)
                ? folder.Read(step)
                : throw new ArgumentException(
                    $"There is no checkpoint of step {step} in '{path}', but of {string.Join(", ", folder.Steps)}.", nameof(which)),
            _ => throw new ArgumentException($"A checkpoint is final, best, last or a step, not '{which}'.", nameof(which)),
        } ?? throw new FileNotFoundException($"There is no checkpoint in '{path}'.", path);

        RunFolder run = FindRun(path) ?? throw new FileNotFoundException(
            $"The checkpoints in '{path}' do not lie in a run folder, where their tokenizer would be.", path);
        TefConfiguration configuration = run.ReadConfiguration();
        RunTokenizer tokenizer = RunTokenizer.Load(run.Tokenizer, configuration.Tokenizer.EndOfText);
        string tensors = folder.TensorsPath(manifest.Step);
        RequireSame(tensors, tokenizer, manifest.Model);
        using var weights = new CheckpointWeights(tensors, best: which == "best");
        return new SavedModel(tensors, backend.Load(manifest.Model, weights), tokenizer, configuration);
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
