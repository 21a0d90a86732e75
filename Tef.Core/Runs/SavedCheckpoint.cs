using System.Globalization;
using Tef.Core.Checkpoints;
using Tef.Core.Configuration;
using Tef.Core.Training;

namespace Tef.Core.Runs;

/// <summary>A checkpoint of a run, wherever it lies: weights, state of the training, configuration and tokenizer.</summary>
internal sealed class SavedCheckpoint
{
    private const string Prefix = "step-";

    private readonly CheckpointFolder _folder;
    private readonly bool _best;

    private SavedCheckpoint(string path, CheckpointFolder folder, CheckpointManifest manifest, bool best)
    {
        Folder = path;
        _folder = folder;
        _best = best;
        Manifest = manifest;
    }

    /// <summary>The folder that it lies in.</summary>
    public string Folder { get; }

    /// <summary>Where the run stood.</summary>
    public CheckpointManifest Manifest { get; }

    /// <summary>The file of tensors.</summary>
    public string TensorsPath => _folder.TensorsPath(Manifest.Step);

    /// <summary>The file of the manifest.</summary>
    public string ManifestPath => ManifestOf(_folder, Manifest);

    /// <summary>Looks for a checkpoint.</summary>
    /// <param name="path">One of its two files, or a folder of checkpoints.</param>
    /// <param name="which">Of a folder: <c>last</c>, <c>best</c> or a step; the newest when null.</param>
    /// <returns>Null when the path is neither.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="ArgumentException">There is no such checkpoint; the message lists those there are.</exception>
    public static SavedCheckpoint? Find(string path, string? which)
    {
        if (Locate(path) is not var (folder, step))
            return null;
        var checkpoints = new CheckpointFolder(new CheckpointOptions { Folder = folder });

        CheckpointManifest manifest = step is { } one ? checkpoints.Read(one) : checkpoints.Find(which is null or "best" ? "last" : which);
        if (which != "best")
            return new SavedCheckpoint(folder, checkpoints, manifest, best: false);

        // The newest checkpoint has the best weights beside its own, if the run keeps them.
        return manifest is { Training.KeepBest: true, BestValidation: not null }
            ? new SavedCheckpoint(folder, checkpoints, manifest, best: true)
            : new SavedCheckpoint(folder, checkpoints, checkpoints.Find("best"), best: false);
    }

    /// <summary>The configuration in a checkpoint, whose tensors are not looked at.</summary>
    /// <param name="path">One of its two files, or a folder of checkpoints.</param>
    /// <returns>Null when the path is neither, or nothing in it can be read.</returns>
    public static ConfigurationText? FindConfiguration(string path)
    {
        if (Locate(path) is not var (folder, step))
            return null;
        var checkpoints = new CheckpointFolder(new CheckpointOptions { Folder = folder });
        return checkpoints.Peek(step) is { Configuration: { } yaml } manifest
            ? new ConfigurationText(yaml, ManifestOf(checkpoints, manifest))
            : null;
    }

    /// <summary>The configuration of the run.</summary>
    /// <exception cref="InvalidDataException">The checkpoint has none.</exception>
    /// <exception cref="OptionsException">It cannot be used.</exception>
    public TefConfiguration ReadConfiguration() => ConfigurationFiles.Parse(
        Manifest.Configuration ?? throw new InvalidDataException(
            $"The checkpoint '{TensorsPath}' has no configuration: it was not made by a run (TrainingRun, tef fit), but by other code."),
        ManifestPath);

    /// <summary>The tokenizer of the run.</summary>
    /// <exception cref="InvalidDataException">The checkpoint has none.</exception>
    public RunTokenizer ReadTokenizer()
    {
        string endOfText = ReadConfiguration().Tokenizer.EndOfText;
        try
        {
            return RunTokenizer.Read(_folder.ReadFiles(Manifest.Step), endOfText);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"The checkpoint '{TensorsPath}' has no tokenizer: {exception.Message}", exception);
        }
    }

    /// <summary>The weights, for the caller to dispose.</summary>
    public CheckpointWeights OpenWeights() => CheckpointWeights.Open(_folder, Manifest, _best);

    /// <summary>Copies its two files into another folder of checkpoints; the manifest last, without which there is no checkpoint.</summary>
    /// <param name="folder">The folder; made if need be.</param>
    public void CopyTo(string folder)
    {
        foreach (string path in (ReadOnlySpan<string>)[TensorsPath, ManifestPath])
        {
            using FileStream source = File.OpenRead(path);
            IO.AtomicFile.Write(Path.Combine(folder, Path.GetFileName(path)), source.CopyTo);
        }
    }

    private static string ManifestOf(CheckpointFolder folder, CheckpointManifest manifest) =>
        Path.ChangeExtension(folder.TensorsPath(manifest.Step), ".json");

    private static (string Folder, long? Step)? Locate(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        if (File.Exists(path))
        {
            return name.StartsWith(Prefix, StringComparison.Ordinal)
                && long.TryParse(name[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
                ? (Path.GetDirectoryName(Path.GetFullPath(path))!, step)
                : null;
        }

        return Directory.Exists(path) && Directory.EnumerateFiles(path, $"{Prefix}*").Any() ? (path, null) : null;
    }
}
