using System.Text;

namespace Tef.Tests.Tokenizers;

/// <summary>
/// A SentencePiece model read by the published schema (sentencepiece_model.proto) and encoding of protocol buffers, with nothing of
/// the code under test.
/// </summary>
internal sealed class PublishedModel
{
    public List<(string Text, float Score, int Type)> Pieces { get; } = [];

    public int ModelType { get; private set; } = 1;

    public bool ByteFallback { get; private set; }

    public string NormalizerName { get; private set; } = "";

    public static PublishedModel Read(byte[] file)
    {
        var model = new PublishedModel();
        foreach ((int field, ulong _, byte[] content) in Fields(file))
        {
            if (field == 1)
                model.Pieces.Add(Piece(content));
            foreach ((int inner, ulong number, byte[] bytes) in field is 2 or 3 ? Fields(content) : [])
            {
                if (field == 2 && inner == 3)
                    model.ModelType = (int)number;
                if (field == 2 && inner == 35)
                    model.ByteFallback = number != 0;
                if (field == 3 && inner == 1)
                    model.NormalizerName = Encoding.UTF8.GetString(bytes);
            }
        }
        return model;
    }

    private static (string, float, int) Piece(byte[] message)
    {
        (string Text, float Score, int Type) piece = ("", 0, 1);
        foreach ((int field, ulong number, byte[] bytes) in Fields(message))
        {
            piece = field switch
            {
                1 => piece with { Text = Encoding.UTF8.GetString(bytes) },
                2 => piece with { Score = BitConverter.UInt32BitsToSingle((uint)number) },
                3 => piece with { Type = (int)number },
                _ => piece,
            };
        }
        return piece;
    }

    private static IEnumerable<(int Field, ulong Number, byte[] Bytes)> Fields(byte[] message)
    {
        for (int at = 0; at < message.Length;)
        {
            ulong key = Varint(message, ref at);
            ulong number = 0;
            byte[] bytes = [];
            switch (key & 7)
            {
                case 0:
                    number = Varint(message, ref at);
                    break;
                case 2:
                    int length = (int)Varint(message, ref at);
                    bytes = message[at..(at += length)];
                    break;
                case 5:
                    number = BitConverter.ToUInt32(message, at);
                    at += 4;
                    break;
                default:
                    Assert.Fail($"wire type {key & 7} at byte {at}");
                    break;
            }
            yield return ((int)(key >> 3), number, bytes);
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
