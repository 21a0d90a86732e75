using System.Buffers.Binary;
using Google.Protobuf;

namespace Tef.Tests.Core.Tracking;

/// <summary>
/// Reads an event file by the published formats alone: records with checksums computed bit by bit from the polynomial, and
/// protocol buffer fields by their numbers.
/// </summary>
internal static class EventFile
{
    /// <summary>The fields of a message by number: a ulong (varint), a double or float (fixed), or bytes, in order.</summary>
    public sealed class Message : Dictionary<int, List<object>>
    {
        public T One<T>(int field) => (T)this[field].Single();

        public Message Inner(int field) => Parse(One<byte[]>(field));

        public string Text(int field) => System.Text.Encoding.UTF8.GetString(One<byte[]>(field));
    }

    public static List<Message> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var events = new List<Message>();
        byte[] header = new byte[12];
        byte[] footer = new byte[4];
        while (file.ReadAtLeast(header, 12, throwOnEndOfStream: false) is var read && read > 0)
        {
            Assert.That(read, Is.EqualTo(12));
            Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8)), Is.EqualTo(Masked(header.AsSpan(0, 8))), "length checksum");
            byte[] data = new byte[BinaryPrimitives.ReadUInt64LittleEndian(header)];
            file.ReadExactly(data);
            file.ReadExactly(footer);
            Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(footer), Is.EqualTo(Masked(data)), "data checksum");
            events.Add(Parse(data));
        }

        return events;
    }

    public static Message Parse(byte[] data)
    {
        var message = new Message();
        using var input = new CodedInputStream(data);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            object value = WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadUInt64(),
                WireFormat.WireType.Fixed64 => input.ReadDouble(),
                WireFormat.WireType.Fixed32 => input.ReadFloat(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                var other => throw new InvalidDataException($"Wire type {other}."),
            };
            int field = WireFormat.GetTagFieldNumber(tag);
            if (!message.TryGetValue(field, out List<object>? values))
                message[field] = values = [];
            values.Add(value);
        }

        return message;
    }

    /// <summary>CRC-32C (Castagnoli, reflected polynomial 82F63B78), masked as the record format has it.</summary>
    public static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8);
    }
}
