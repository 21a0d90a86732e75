using System.Runtime.InteropServices;
using Tef.Core.Numerics;

namespace Tef.Core.Safetensors;

/// <summary>Elements of tensors as numbers. Files are little-endian, as are the machines that .NET 10 serves.</summary>
internal static class SafetensorsValues
{
    /// <summary>How many elements are converted at once.</summary>
    public const int ChunkElements = 1 << 16;

    public static void RequireLength(SafetensorsEntry entry, int length)
    {
        if (length != entry.Count)
            throw new ArgumentException($"Tensor '{entry}' has {entry.Count} elements, but the span holds {length}.");
    }

    /// <param name="entry">The tensor.</param>
    /// <param name="bytes">Some elements of it.</param>
    /// <param name="destination">As many numbers.</param>
    /// <param name="source">What to call the file in messages.</param>
    public static void ToFloats(SafetensorsEntry entry, ReadOnlySpan<byte> bytes, Span<float> destination, string source)
    {
        switch (entry.Type)
        {
            case SafetensorsType.F32:
                bytes.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case SafetensorsType.F16:
                FloatFormats.HalfToSingle(MemoryMarshal.Cast<byte, ushort>(bytes), destination);
                break;
            case SafetensorsType.BF16:
                FloatFormats.BrainToSingle(MemoryMarshal.Cast<byte, ushort>(bytes), destination);
                break;
            case SafetensorsType.F64:
                ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(bytes);
                for (int i = 0; i < doubles.Length; i++)
                    destination[i] = (float)doubles[i];
                break;
            default:
                throw new InvalidDataException($"{source}: tensor '{entry}' holds no floating-point numbers.");
        }
    }
}
