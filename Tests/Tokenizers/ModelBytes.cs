using System.Text;

namespace Tef.Tests.Tokenizers;

/// <summary>Writes SentencePiece models by their published schema.</summary>
internal sealed class ModelBytes
{
    private readonly List<byte> _bytes = [];

    public ModelBytes Varint(int field, ulong value)
    {
        Number((ulong)field << 3);
        Number(value);
        return this;
    }

    public ModelBytes Single(int field, float value)
    {
        Number((ulong)field << 3 | 5);
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    public ModelBytes Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    public ModelBytes Message(int field, ModelBytes message) => Message(field, message.ToArray());

    public ModelBytes Piece(string text, float score = 0, int kind = 1) =>
        Message(1, new ModelBytes().Text(1, text).Single(2, score).Varint(3, (ulong)kind));

    public byte[] ToArray() => [.. _bytes];

    private ModelBytes Message(int field, byte[] bytes)
    {
        Number((ulong)field << 3 | 2);
        Number((ulong)bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    private void Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.Add((byte)(value | 0x80));
        _bytes.Add((byte)value);
    }
}
