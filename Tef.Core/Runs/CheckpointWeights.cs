using Tef.Core.Models;
using Tef.Core.Safetensors;

namespace Tef.Core.Runs;

/// <summary>The weights inside a training checkpoint, without optimizer state: those of its step, or the best so far.</summary>
internal sealed class CheckpointWeights : IWeightSource
{
    private const string Last = "model.";
    private const string Best = "best.";

    private readonly SafetensorsFile _file;
    private readonly string _prefix;

    /// <param name="path">The file of tensors of a checkpoint.</param>
    /// <param name="best">Whether the best weights so far are meant, where the checkpoint has them.</param>
    public CheckpointWeights(string path, bool best)
    {
        Name = path;
        _file = SafetensorsFile.Open(path);
        _prefix = best && _file.Entries.Any(entry => entry.Name.StartsWith(Best, StringComparison.Ordinal)) ? Best : Last;
        Entries =
        [
            .. _file.Entries
                .Where(entry => entry.Name.StartsWith(_prefix, StringComparison.Ordinal))
                .Select(entry => new WeightEntry(entry.Name[_prefix.Length..], entry.Shape)),
        ];
    }

    public string Name { get; }

    public IReadOnlyList<WeightEntry> Entries { get; }

    public void ReadFloats(string name, Span<float> destination) => _file.ReadFloats(_prefix + name, destination);

    public void Dispose() => _file.Dispose();
}
