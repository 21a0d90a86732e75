using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Tef.Core.Tokenization.Training;

/// <summary>Writes the fields of a protocol buffers message, as its encoding is published.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The message so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Writes a whole number or an enumeration.</summary>
    public void Write(int field, int value)
    {
        WriteKey(field, Varint);
        WriteVarint((ulong)value);
    }

    /// <summary>Writes a truth value.</summary>
    public void Write(int field, bool value) => Write(field, value ? 1 : 0);

    /// <summary>Writes a number.</summary>
    public void Write(int field, float value)
    {
        WriteKey(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
    }

    /// <summary>Writes text.</summary>
    public void Write(int field, string value) => Write(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Writes a message.</summary>
    public void Write(int field, ProtobufWriter message) => Write(field, message.Written);

    /// <summary>Writes bytes.</summary>
    public void Write(int field, ReadOnlySpan<byte> bytes)
    {
        WriteKey(field, LengthDelimited);
        WriteVarint((ulong)bytes.Length);
        _bytes.Write(bytes);
    }

    private void WriteKey(int field, int type) => WriteVarint((ulong)(field << 3 | type));

    private void WriteVarint(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        _bytes.Write(bytes[..length]);
    }
}
