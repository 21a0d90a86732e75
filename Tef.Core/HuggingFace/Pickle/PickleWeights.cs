using System.Runtime.InteropServices;
using Tef.Core.Models;
using Tef.Core.Safetensors;

namespace Tef.Core.HuggingFace.Pickle;

/// <summary>The weights of a <c>pytorch_model.bin</c>. Tensors are read from the file one at a time; nothing is executed.</summary>
internal sealed class PickleWeights : IWeightSource
{
    private readonly Dictionary<string, PickleTensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<WeightEntry> _entries = [];
    private readonly StorageBytes _storages;

    /// <param name="content">What the pickle holds: a dict from names to tensors.</param>
    /// <param name="storages">The bytes of their storages; disposed with the weights.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is no such dict, or a tensor lies outside its storage.</exception>
    public PickleWeights(object? content, StorageBytes storages, string path)
    {
        Name = path;
        _storages = storages;
        if (content is not PickleDict dict)
            throw new InvalidDataException($"{path}: expected a dict from names to tensors, found {content?.GetType().Name ?? "None"}.");
        foreach ((object? key, object? value) in dict.Items)
        {
            if (key is not string name || value is not PickleTensor tensor)
                throw new InvalidDataException($"{path}: expected names and tensors, but '{key}' is no tensor.");
            RequireInside(name, tensor);
            if (!_tensors.TryAdd(name, tensor))
                throw new InvalidDataException($"{path}: the tensor '{name}' is there twice.");
            _entries.Add(new WeightEntry(name, tensor.Shape));
        }
    }

    public string Name { get; }

    public IReadOnlyList<WeightEntry> Entries => _entries;

    public void ReadFloats(string name, Span<float> destination)
    {
        if (!_tensors.TryGetValue(name, out PickleTensor? tensor))
            throw new ArgumentException($"{Name}: there is no tensor '{name}'.", nameof(name));
        SafetensorsEntry entry = EntryOf(name, tensor);
        SafetensorsValues.RequireLength(entry, destination.Length);
        if (destination.IsEmpty)
            return;
        if (IsContiguous(tensor))
        {
            Read(entry, tensor, destination);
            return;
        }

        float[] window = new float[(long)Extent(tensor)];
        Read(entry, tensor, window);
        Gather(window, tensor, destination);
    }

    public void Dispose() => _storages.Dispose();

    /// <summary>Reads elements of the storage from the tensor's first one on.</summary>
    private void Read(SafetensorsEntry entry, PickleTensor tensor, Span<float> destination)
    {
        int size = entry.Type.Size();
        using Stream stream = _storages.Open(tensor.Storage, tensor.Storage.Count * size);
        byte[] buffer = new byte[SafetensorsValues.ChunkElements * size];
        for (long skip = (tensor.Storage.ViewOffset + tensor.Offset) * size; skip > 0;)
        {
            int n = (int)Math.Min(skip, buffer.Length);
            ReadExactly(stream, buffer.AsSpan(0, n), entry);
            skip -= n;
        }

        while (!destination.IsEmpty)
        {
            int n = Math.Min(destination.Length, SafetensorsValues.ChunkElements);
            if (entry.Type == SafetensorsType.F32)
            {
                ReadExactly(stream, MemoryMarshal.AsBytes(destination[..n]), entry);
            }
            else
            {
                ReadExactly(stream, buffer.AsSpan(0, n * size), entry);
                SafetensorsValues.ToFloats(entry, buffer.AsSpan(0, n * size), destination[..n], Name);
            }

            destination = destination[n..];
        }
    }

    private void ReadExactly(Stream stream, Span<byte> destination, SafetensorsEntry entry)
    {
        int read;
        try
        {
            read = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{Name}: the data of tensor '{entry.Name}' is damaged: {exception.Message}", exception);
        }

        if (read < destination.Length)
            throw new InvalidDataException($"{Name}: truncated, the data ends in the middle of tensor '{entry.Name}'.");
    }

    private static void Gather(ReadOnlySpan<float> window, PickleTensor tensor, Span<float> destination)
    {
        long[] index = new long[tensor.Shape.Length];
        long at = 0;
        foreach (ref float value in destination)
        {
            value = window[(int)at];
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                at += tensor.Strides[axis];
                if (++index[axis] < tensor.Shape[axis])
                    break;
                at -= tensor.Strides[axis] * tensor.Shape[axis];
                index[axis] = 0;
            }
        }
    }

    private static bool IsContiguous(PickleTensor tensor)
    {
        long expected = 1;
        for (int axis = tensor.Shape.Length - 1; axis >= 0; axis--)
        {
            if (tensor.Shape[axis] != 1 && tensor.Strides[axis] != expected)
                return false;
            expected *= tensor.Shape[axis];
        }

        return true;
    }

    /// <summary>Elements of the storage from the tensor's first to its last one; the tensor has some.</summary>
    private static Int128 Extent(PickleTensor tensor)
    {
        Int128 extent = 1;
        for (int axis = 0; axis < tensor.Shape.Length; axis++)
            extent += (Int128)(tensor.Shape[axis] - 1) * tensor.Strides[axis];
        return extent;
    }

    private SafetensorsEntry EntryOf(string name, PickleTensor tensor)
    {
        SafetensorsType type = StorageType.Find(tensor.Storage.Type)!.Value;
        long bytes = SafetensorsHeader.ByteLength(type, tensor.Shape)
            ?? throw new InvalidDataException($"{Name}: tensor '{name}' has an impossible shape [{string.Join(", ", tensor.Shape)}].");
        return new SafetensorsEntry(name, type, tensor.Shape, 0, bytes);
    }

    private void RequireInside(string name, PickleTensor tensor)
    {
        SafetensorsEntry entry = EntryOf(name, tensor);
        Int128 end = (Int128)tensor.Storage.ViewOffset + tensor.Offset + (entry.Count == 0 ? 0 : Extent(tensor));
        if (end > tensor.Storage.Count || (Int128)tensor.Storage.Count * entry.Type.Size() > long.MaxValue)
        {
            throw new InvalidDataException(
                $"{Name}: tensor '{name}' ends at element {end} of a storage of {tensor.Storage.Count} elements.");
        }
    }
}
