using System.Text.Json;
using Tef.Core.Models;

namespace Tef.Core.HuggingFace;

/// <summary>
/// Weights spread over several files, as an index such as <c>model.safetensors.index.json</c> tells: an object
/// <c>weight_map</c> from the name of a tensor to the name of its file.
/// </summary>
internal sealed class ShardedWeights : IWeightSource
{
    private readonly Dictionary<string, IWeightSource> _shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IWeightSource> _byName = new(StringComparer.Ordinal);
    private readonly List<WeightEntry> _entries = [];

    /// <param name="index">The path of the index; the files lie beside it.</param>
    /// <param name="open">Opens a file.</param>
    /// <exception cref="FileNotFoundException">A file of the index is missing; the message lists all that are.</exception>
    /// <exception cref="InvalidDataException">The index is damaged, or a file lacks a tensor that the index places there.</exception>
    public ShardedWeights(string index, Func<string, IWeightSource> open)
    {
        Name = index;
        Dictionary<string, string> map = ReadMap(index);
        string folder = Path.GetDirectoryName(Path.GetFullPath(index))!;
        string[] files = [.. map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] missing = [.. files.Where(file => !File.Exists(Path.Combine(folder, file)))];
        if (missing.Length > 0)
        {
            throw new FileNotFoundException(
                $"{index} spreads the weights over {files.Length} files, but these are missing: {string.Join(", ", missing)}. "
                + "Download them to the same folder.", Path.Combine(folder, missing[0]));
        }

        try
        {
            foreach (string file in files)
                _shards.Add(file, open(Path.Combine(folder, file)));
            Place(map);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    public IReadOnlyList<WeightEntry> Entries => _entries;

    public void ReadFloats(string name, Span<float> destination)
    {
        if (!_byName.TryGetValue(name, out IWeightSource? shard))
            throw new ArgumentException($"{Name}: there is no tensor '{name}'.", nameof(name));
        shard.ReadFloats(name, destination);
    }

    public void Dispose()
    {
        foreach (IWeightSource shard in _shards.Values)
            shard.Dispose();
    }

    private void Place(Dictionary<string, string> map)
    {
        foreach ((string file, IWeightSource shard) in _shards)
        {
            foreach (WeightEntry entry in shard.Entries)
            {
                if (map.TryGetValue(entry.Name, out string? place) && place == file)
                {
                    _byName.Add(entry.Name, shard);
                    _entries.Add(entry);
                }
            }
        }

        string[] lost = [.. map.Where(pair => !_byName.ContainsKey(pair.Key)).Select(pair => $"{pair.Key} ({pair.Value})")];
        if (lost.Length > 0)
            throw new InvalidDataException($"{Name}: the index lists tensors that their files lack: {string.Join(", ", lost)}.");
    }

    private static Dictionary<string, string> ReadMap(string index) => JsonFile.ReadObject(index, root =>
    {
        if (!root.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{index}: expected an object 'weight_map' from names of tensors to names of files.");
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in map.EnumerateObject())
        {
            // A file elsewhere on the machine is none of the model's.
            string? file = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null;
            if (string.IsNullOrEmpty(file) || file is "." or ".." || file.AsSpan().IndexOfAny("/\\:\0") >= 0)
            {
                throw new InvalidDataException(
                    $"{index}: the file of '{property.Name}' must be the name of a file in the same folder, found {property.Value}.");
            }

            if (!result.TryAdd(property.Name, file))
                throw new InvalidDataException($"{index}: the tensor '{property.Name}' is listed twice.");
        }

        return result;
    });
}
