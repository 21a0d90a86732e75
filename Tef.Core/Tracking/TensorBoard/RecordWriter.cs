using System.Buffers.Binary;
using System.Numerics;

namespace Tef.Core.Tracking.TensorBoard;

/// <summary>
/// Writes the record format of TensorFlow (TFRecord): the length of the data (eight bytes, little-endian), the masked CRC-32C of
/// those eight bytes, the data, and its masked CRC-32C.
/// </summary>
/// <param name="stream">Where to write.</param>
internal sealed class RecordWriter(Stream stream)
{
    public void Write(ReadOnlySpan<byte> data)
    {
        Span<byte> header = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], MaskedCrc(header[..8]));
        Span<byte> footer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, MaskedCrc(data));
        stream.Write(header);
        stream.Write(data);
        stream.Write(footer);
    }

    /// <summary>The checksum turned right by 15 bits, plus a constant: a checksum of data that holds checksums stays a good one.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8u;
    }
}
