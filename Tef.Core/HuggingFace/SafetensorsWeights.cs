using Tef.Core.Models;
using Tef.Core.Safetensors;

namespace Tef.Core.HuggingFace;

/// <summary>The weights of one safetensors file, memory-mapped.</summary>
internal sealed class SafetensorsWeights(string path) : IWeightSource
{
    private readonly SafetensorsFile _file = SafetensorsFile.Open(path);
    private WeightEntry[]? _entries;

    public string Name => path;

    public IReadOnlyList<WeightEntry> Entries =>
        _entries ??= [.. _file.Entries.Select(entry => new WeightEntry(entry.Name, entry.Shape))];

    public void ReadFloats(string name, Span<float> destination) => _file.ReadFloats(name, destination);

    public void Dispose() => _file.Dispose();
}
