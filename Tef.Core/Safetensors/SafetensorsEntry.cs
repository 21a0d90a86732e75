namespace Tef.Core.Safetensors;

/// <summary>A tensor as a header lists it.</summary>
/// <param name="Name">The name of the tensor.</param>
/// <param name="Type">Its elements.</param>
/// <param name="Shape">Its sizes; empty for a single number.</param>
/// <param name="Offset">First byte, counted from the end of the header.</param>
/// <param name="ByteLength">Number of bytes.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, long Offset, long ByteLength)
{
    /// <summary>Number of elements.</summary>
    public long Count => ByteLength / Type.Size();

    /// <inheritdoc />
    public override string ToString() => $"{Name} {Type.Name()} [{string.Join(", ", Shape)}]";
}
