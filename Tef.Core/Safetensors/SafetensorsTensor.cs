using System.Runtime.InteropServices;
using Tef.Core.Numerics;

namespace Tef.Core.Safetensors;

/// <summary>A tensor to be written. Its data is asked for when its turn comes, so that no more than one need be in memory.</summary>
public sealed class SafetensorsTensor
{
    private readonly Action<Stream> _write;

    /// <summary>A tensor whose bytes are written by a callback.</summary>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="type">Its elements.</param>
    /// <param name="shape">Its sizes; empty for a single number.</param>
    /// <param name="write">Writes all elements, row after row, little-endian.</param>
    /// <exception cref="ArgumentException">The name is reserved, or a size is negative.</exception>
    public SafetensorsTensor(string name, SafetensorsType type, ReadOnlySpan<long> shape, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(write);
        if (name == SafetensorsHeader.MetadataKey)
            throw new ArgumentException($"A tensor cannot be named {SafetensorsHeader.MetadataKey}.", nameof(name));
        Name = name;
        Type = type;
        Shape = [.. shape];
        ByteLength = SafetensorsHeader.ByteLength(type, shape)
            ?? throw new ArgumentException($"Tensor '{name}' has an impossible shape [{string.Join(", ", Shape)}].", nameof(shape));
        _write = write;
    }

    /// <summary>The name of the tensor.</summary>
    public string Name { get; }

    /// <summary>Its elements.</summary>
    public SafetensorsType Type { get; }

    /// <summary>Its sizes; empty for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Number of bytes.</summary>
    public long ByteLength { get; }

    /// <summary>A tensor of numbers that are at hand as float32.</summary>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="shape">Its sizes; empty for a single number.</param>
    /// <param name="values">Gives all elements, row after row; called when the tensor is written.</param>
    /// <param name="type">What to write: F32, F16 or BF16.</param>
    /// <exception cref="ArgumentException">Another type is asked for.</exception>
    public static SafetensorsTensor Floats(
        string name, ReadOnlySpan<long> shape, Func<ReadOnlyMemory<float>> values, SafetensorsType type = SafetensorsType.F32)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (type is not (SafetensorsType.F32 or SafetensorsType.F16 or SafetensorsType.BF16))
            throw new ArgumentException($"Floats are written as F32, F16 or BF16, not as {type.Name()}.", nameof(type));
        return new SafetensorsTensor(name, type, shape, stream => WriteFloats(stream, values().Span, type));
    }

    /// <summary>A tensor whose elements are at hand in the form in which they are written.</summary>
    /// <typeparam name="T">An unmanaged type of the size of an element.</typeparam>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="type">Its elements.</param>
    /// <param name="shape">Its sizes; empty for a single number.</param>
    /// <param name="values">All elements, row after row.</param>
    public static SafetensorsTensor Raw<T>(string name, SafetensorsType type, ReadOnlySpan<long> shape, ReadOnlyMemory<T> values)
        where T : unmanaged =>
        new(name, type, shape, stream => stream.Write(MemoryMarshal.AsBytes(values.Span)));

    internal void Write(Stream stream) => _write(stream);

    private static void WriteFloats(Stream stream, ReadOnlySpan<float> values, SafetensorsType type)
    {
        if (type == SafetensorsType.F32)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        ushort[] buffer = new ushort[Math.Min(values.Length, SafetensorsValues.ChunkElements)];
        while (values.Length > 0)
        {
            int n = Math.Min(values.Length, buffer.Length);
            if (type == SafetensorsType.F16)
                FloatFormats.SingleToHalf(values[..n], buffer);
            else
                FloatFormats.SingleToBrain(values[..n], buffer);
            stream.Write(MemoryMarshal.AsBytes(buffer.AsSpan(0, n)));
            values = values[n..];
        }
    }
}
