using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Tef.Core.IO;
using Tef.Core.Safetensors;
using Tef.Core.Training;

namespace Tef.Core.Checkpoints;

/// <summary>
/// Checkpoints of one run. Each is a pair of files, <c>step-000000120.safetensors</c> and then
/// <c>step-000000120.json</c>, both written aside and renamed: without the second there is no checkpoint.
/// </summary>
public sealed class CheckpointFolder
{
    private const string Prefix = "step-";
    private const string ManifestExtension = ".json";
    private const string TensorsExtension = ".safetensors";

    private readonly CheckpointOptions _options;

    /// <summary>A folder, which need not exist yet.</summary>
    /// <param name="options">Where, and how many to keep.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public CheckpointFolder(CheckpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Steps of the checkpoints, the newest first; whether they are whole is not known.</summary>
    public IReadOnlyList<long> Steps => !Directory.Exists(_options.Folder)
        ? []
        : [.. Directory.EnumerateFiles(_options.Folder, $"{Prefix}*{ManifestExtension}").Select(StepOf).OfType<long>().OrderDescending()];

    /// <summary>The file of tensors of a checkpoint.</summary>
    /// <param name="step">Its step.</param>
    public string TensorsPath(long step) => PathOf(step, TensorsExtension);

    /// <summary>Writes a checkpoint and removes those that need not be kept.</summary>
    /// <param name="manifest">Where the run stands; length and checksum are filled in.</param>
    /// <param name="tensors">Everything else.</param>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; the checkpoints before stay.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public void Write(CheckpointManifest manifest, IEnumerable<SafetensorsTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(tensors);
        long length = 0;
        byte[] hash = [];
        AtomicFile.Write(TensorsPath(manifest.Step), file =>
        {
            using var sha = SHA256.Create();
            using (var hashing = new CryptoStream(file, sha, CryptoStreamMode.Write, leaveOpen: true))
                SafetensorsWriter.Write(hashing, tensors);
            length = file.Length;
            hash = sha.Hash!;
        });
        CheckpointManifest complete = manifest with { Bytes = length, Sha256 = Convert.ToHexStringLower(hash) };
        AtomicFile.WriteAllText(
            PathOf(manifest.Step, ManifestExtension),
            JsonSerializer.Serialize(complete, CheckpointJsonContext.Default.CheckpointManifest) + "\n");
        RemoveSurplus();
    }

    /// <summary>The newest whole checkpoint.</summary>
    /// <param name="damaged">Told about newer ones that cannot be used, and why.</param>
    /// <returns>Null when there is no checkpoint.</returns>
    /// <exception cref="InvalidDataException">There are checkpoints, but all of them are damaged; the message says how.</exception>
    public CheckpointManifest? FindLatest(Action<InvalidDataException>? damaged = null)
    {
        InvalidDataException? newest = null;
        foreach (long step in Steps)
        {
            try
            {
                return Read(step);
            }
            catch (InvalidDataException exception)
            {
                newest ??= exception;
                damaged?.Invoke(exception);
            }
        }

        return newest is null ? null : throw newest;
    }

    /// <summary>The whole checkpoint with the lowest validation loss, or the newest when none was validated.</summary>
    /// <exception cref="InvalidDataException">A checkpoint that is asked for is damaged.</exception>
    public CheckpointManifest? FindBest() => Steps
        .Select(TryReadManifest)
        .Where(manifest => manifest?.Metric is not null)
        .MinBy(manifest => manifest!.Metric) is { } best ? Read(best.Step) : FindLatest();

    /// <summary>Reads the manifest of a checkpoint and holds the file of tensors to it.</summary>
    /// <param name="step">The step of the checkpoint.</param>
    /// <exception cref="InvalidDataException">One of the files is missing, damaged or of another version.</exception>
    public CheckpointManifest Read(long step)
    {
        CheckpointManifest manifest = ReadManifest(step);
        string path = TensorsPath(step);
        if (!File.Exists(path))
            throw new InvalidDataException($"The checkpoint of step {step} is damaged: '{path}' is missing.");
        using FileStream file = File.OpenRead(path);
        if (file.Length != manifest.Bytes)
        {
            throw new InvalidDataException(
                $"The checkpoint of step {step} is damaged: '{path}' has {file.Length} bytes instead of {manifest.Bytes}.");
        }

        if (Convert.ToHexStringLower(SHA256.HashData(file)) != manifest.Sha256)
            throw new InvalidDataException($"The checkpoint of step {step} is damaged: '{path}' does not match its checksum.");
        return manifest;
    }

    private CheckpointManifest ReadManifest(long step)
    {
        string path = PathOf(step, ManifestExtension);
        CheckpointManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), CheckpointJsonContext.Default.CheckpointManifest);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The checkpoint of step {step} is damaged: '{path}': {exception.Message}", exception);
        }

        return manifest switch
        {
            { Version: CheckpointManifest.CurrentVersion } when manifest.Step == step => manifest,
            { Version: not CheckpointManifest.CurrentVersion } => throw new InvalidDataException(
                $"The checkpoint '{path}' is of version {manifest.Version}, but this program reads version "
                + $"{CheckpointManifest.CurrentVersion}."),
            _ => throw new InvalidDataException($"The checkpoint of step {step} is damaged: '{path}' is of another step."),
        };
    }

    private CheckpointManifest? TryReadManifest(long step)
    {
        try
        {
            return ReadManifest(step);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Removes what need not be kept, and what runs that were killed left behind.</summary>
    private void RemoveSurplus()
    {
        IReadOnlyList<long> steps = Steps;
        var best = steps
            .Select(TryReadManifest)
            .Where(manifest => manifest?.Metric is not null)
            .OrderBy(manifest => manifest!.Metric)
            .Take(_options.KeepBest)
            .Select(manifest => manifest!.Step);
        HashSet<long> kept = [.. steps.Take(_options.KeepLast), .. best];
        foreach (long step in steps.Where(step => !kept.Contains(step)))
            File.Delete(PathOf(step, ManifestExtension));
        foreach (string path in Directory.GetFiles(_options.Folder, $"{Prefix}*{TensorsExtension}"))
        {
            if (StepOf(path) is { } step && !kept.Contains(step))
                File.Delete(path);
        }

        foreach (string path in Directory.GetFiles(_options.Folder, $".{Prefix}*"))
            File.Delete(path);
    }

    private string PathOf(long step, string extension) => Path.Combine(_options.Folder, $"{Prefix}{step:D9}{extension}");

    private static long? StepOf(string path) => long.TryParse(
        Path.GetFileNameWithoutExtension(path).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long step)
        ? step
        : null;
}
