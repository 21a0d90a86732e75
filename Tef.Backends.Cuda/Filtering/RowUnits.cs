namespace Tef.Backends.Cuda.Filtering;

/// <summary>What a thread moves at once: 16 bytes where all addresses, strides and rows are multiples of that, else an element.</summary>
/// <param name="Bytes">Bytes of a unit.</param>
/// <param name="Count">Units of a row.</param>
/// <param name="ElementBytes">Bytes of an element.</param>
internal readonly record struct RowUnits(int Bytes, long Count, int ElementBytes)
{
    private const int VectorBytes = 16;

    public static RowUnits Of(int elementBytes, long columns, nint target, params ReadOnlySpan<DeviceRows> sources)
    {
        long bits = target | (columns * elementBytes);
        foreach (var rows in sources)
            bits |= rows.Address | (rows.Stride * elementBytes);
        return bits % VectorBytes == 0
            ? new RowUnits(VectorBytes, columns * elementBytes / VectorBytes, elementBytes)
            : new RowUnits(elementBytes, columns, elementBytes);
    }

    /// <summary>The distance of two rows in units.</summary>
    public long Stride(DeviceRows rows) => rows.Stride * ElementBytes / Bytes;
}
