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

    /// <summary>Keeps other runs out of the folder until disposed, or until the process ends in any way.</summary>
    /// <exception cref="IOException">Another run has the folder, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(_options.Folder);
        string path = Path.Combine(_options.Folder, ".lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new IOException($"Another run is writing checkpoints to '{_options.Folder}'.", exception);
        }
    }

    /// <summary>Writes a checkpoint and removes those that need not be kept.</summary>
    /// <param name="manifest">Where the run stands; length and checksum are filled in.</param>
    /// <param name="tensors">Everything else.</param>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; the checkpoints before stay.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public void Write(CheckpointManifest manifest, IEnumerable<SafetensorsTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(tensors);
        try
        {
            WriteFiles(manifest, tensors);
        }
        // The second is what the runtime makes of a file that outgrows its limit.
        catch (Exception exception) when (exception is IOException or ArgumentOutOfRangeException)
        {
            string reason = exception.Message.Split(" (Parameter '")[0].TrimEnd('.');
            string stays = Steps.Count > 0 ? $" The checkpoint of step {Steps[0]} stays." : "";
            throw new IOException(
                $"The checkpoint of step {manifest.Step} could not be written to '{_options.Folder}': {reason}.{stays}",
                exception);
        }

        RemoveSurplus();
    }

    /// <summary>Notes the metric of a checkpoint that was measured after it was written.</summary>
    /// <param name="step">The checkpoint.</param>
    /// <param name="metric">What was measured.</param>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    /// <exception cref="IOException">The folder cannot be written; the checkpoint stays as it was.</exception>
    public void SetMetric(long step, double? metric)
    {
        WriteManifest(ReadManifest(step) with { Metric = metric });
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

    /// <summary>The whole checkpoint with the best monitored metric, or the newest when none was measured.</summary>
    /// <exception cref="InvalidDataException">A checkpoint that is asked for is damaged.</exception>
    public CheckpointManifest? FindBest() => BestFirst(Steps).FirstOrDefault() is { } best ? Read(best.Step) : FindLatest();

    /// <summary>A checkpoint by <c>last</c>, <c>best</c> or its step.</summary>
    /// <param name="which">Its name.</param>
    /// <exception cref="ArgumentException">There is no such checkpoint; the message lists those there are.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public CheckpointManifest Find(string which)
    {
        ArgumentNullException.ThrowIfNull(which);
        CheckpointManifest? found = which switch
        {
            "last" => FindLatest(),
            "best" => FindBest(),
            _ when long.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out long step) && Steps.Contains(step) =>
                Read(step),
            _ => null,
        };
        string known = Steps.Count == 0 ? "none" : $"last, best, {string.Join(", ", Steps)}";
        return found ?? throw new ArgumentException($"There is no checkpoint '{which}' in '{_options.Folder}'; there are: {known}.");
    }

    /// <summary>A manifest without a look at the file of tensors, which may be damaged.</summary>
    /// <param name="step">The step of the checkpoint; the newest manifest that can be read when null.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="InvalidDataException">That of the step is missing, damaged or of another version.</exception>
    public CheckpointManifest? Peek(long? step = null) =>
        step is { } one ? ReadManifest(one) : Steps.Select(TryReadManifest).FirstOrDefault(manifest => manifest is not null);

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

    /// <summary>The files that were stored with a checkpoint, by name: <see cref="CheckpointOptions.Files"/>.</summary>
    /// <param name="step">The step of the checkpoint.</param>
    /// <exception cref="FileNotFoundException">The checkpoint's file of tensors is gone.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public IReadOnlyDictionary<string, byte[]> ReadFiles(long step)
    {
        string path = TensorsPath(step);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        try
        {
            return file.Metadata.ToDictionary(kept => kept.Key, kept => Convert.FromBase64String(kept.Value));
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"The checkpoint of step {step} is damaged: '{path}' has a file that is no base64.", exception);
        }
    }

    private void WriteFiles(CheckpointManifest manifest, IEnumerable<SafetensorsTensor> tensors)
    {
        long length = 0;
        byte[] hash = [];
        AtomicFile.Write(TensorsPath(manifest.Step), file =>
        {
            using var sha = SHA256.Create();
            using (var hashing = new CryptoStream(file, sha, CryptoStreamMode.Write, leaveOpen: true))
                SafetensorsWriter.Write(hashing, tensors, _options.Files?.ToDictionary(kept => kept.Key, kept => Convert.ToBase64String(kept.Value)));
            length = file.Length;
            hash = sha.Hash!;
        });
        WriteManifest(manifest with { Bytes = length, Sha256 = Convert.ToHexStringLower(hash) });
    }

    private void WriteManifest(CheckpointManifest manifest) => AtomicFile.WriteAllText(
        PathOf(manifest.Step, ManifestExtension),
        JsonSerializer.Serialize(manifest, CheckpointJsonContext.Default.CheckpointManifest) + "\n");

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
        catch (FileNotFoundException exception)
        {
            throw new InvalidDataException($"The checkpoint of step {step} is damaged: '{path}' is missing.", exception);
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

    /// <summary>Checkpoints whose metric is known.</summary>
    private IEnumerable<CheckpointManifest> BestFirst(IReadOnlyList<long> steps)
    {
        CheckpointManifest[] measured = [.. steps.Select(TryReadManifest).OfType<CheckpointManifest>().Where(known => known.Metric is not null)];
        return measured.Length > 0 && MonitoredMetric.HigherIsBetter(measured[0].Training.Monitor, measured[0].Training.MonitorGoal)
            ? measured.OrderByDescending(manifest => manifest.Metric)
            : measured.OrderBy(manifest => manifest.Metric);
    }

    /// <summary>Removes what need not be kept, and what runs that were killed left behind.</summary>
    private void RemoveSurplus()
    {
        IReadOnlyList<long> steps = Steps;
        var best = BestFirst(steps).Take(_options.KeepBest).Select(manifest => manifest.Step);
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
