using Tef.Core.Models;
using Tef.Core.Safetensors;

namespace Tef.Core.Checkpoints;

/// <summary>
/// The weights of a checkpoint without what the optimizer remembers, memory-mapped; where a run averages its weights, that average,
/// which is what it validated. Together with the manifest's
/// <see cref="CheckpointManifest.Model"/> they are a model again, which can be exported:
/// <code>
/// var folder = new CheckpointFolder(new CheckpointOptions { Folder = "run/checkpoints" });
/// CheckpointManifest manifest = folder.FindBest() ?? throw new FileNotFoundException("There is no checkpoint.");
/// using CheckpointWeights weights = CheckpointWeights.Open(folder, manifest);
/// using ILanguageModel model = backend.Load(manifest.Model, weights);
/// HubFolder.Save("exported", model, vocabulary);
/// </code>
/// </summary>
public sealed class CheckpointWeights : IWeightSource
{
    private const string LatestPrefix = "model.";
    private const string AveragePrefix = "average.";
    private const string BestPrefix = "best.";

    private readonly SafetensorsFile _file;
    private readonly Dictionary<string, string> _stored = new(StringComparer.Ordinal);

    private CheckpointWeights(SafetensorsFile file, bool best, string name)
    {
        _file = file;
        AreBest = best;
        Name = name;
        // Buffers have no average.
        string[] prefixes = best ? [BestPrefix] : [LatestPrefix, AveragePrefix];
        foreach (string prefix in prefixes)
        {
            foreach (SafetensorsEntry entry in file.Entries.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal)))
                _stored[entry.Name[prefix.Length..]] = entry.Name;
        }

        Entries = [.. _stored.Select(item => new WeightEntry(item.Key, file.Find(item.Value)!.Shape))];
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <summary>Whether these are the weights of the best validation so far and not those of the checkpoint's own step.</summary>
    public bool AreBest { get; }

    /// <inheritdoc />
    public IReadOnlyList<WeightEntry> Entries { get; }

    /// <summary>Opens the weights of a checkpoint.</summary>
    /// <param name="folder">The checkpoints of a run.</param>
    /// <param name="manifest">One of them.</param>
    /// <param name="best">
    /// Whether to take the weights of the best validation so far, which a run that keeps them stores beside those of the step; without
    /// any the step's are taken.
    /// </param>
    /// <exception cref="FileNotFoundException">The checkpoint's file of tensors is gone.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or has no weights.</exception>
    public static CheckpointWeights Open(CheckpointFolder folder, CheckpointManifest manifest, bool best = true)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(manifest);
        string path = folder.TensorsPath(manifest.Step);
        var file = SafetensorsFile.Open(path);
        try
        {
            bool held = best && file.Entries.Any(entry => entry.Name.StartsWith(BestPrefix, StringComparison.Ordinal));
            var weights = new CheckpointWeights(file, held, path);
            return weights.Entries.Count > 0
                ? weights
                : throw new InvalidDataException($"{path}: there are no weights of a model; their names would begin with '{LatestPrefix}'.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void ReadFloats(string name, Span<float> destination) => _file.ReadFloats(
        _stored.TryGetValue(name, out string? stored) ? stored : throw new ArgumentException($"{Name}: there are no weights '{name}'."),
        destination);

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
