using System.Buffers;
using System.Text;
using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Tests.Core.Tokenization;

public class Wtf8Tests
{
    private static byte[] Bytes(string text)
    {
        byte[] bytes = new byte[Wtf8.MaxBytes(text.Length)];
        return bytes[..Wtf8.GetBytes(text, bytes)];
    }

    [Test]
    public void EveryStringComesBack()
    {
        var random = new Random(2);
        for (int i = 0; i < 5000; i++)
        {
            string text = RandomText.Next(random);
            Assert.That(Wtf8.GetString(Bytes(text)), Is.EqualTo(text));
        }
    }

    [Test]
    public void IsUtf8WithoutLoneSurrogates()
    {
        var random = new Random(3);
        for (int i = 0; i < 5000; i++)
        {
            string text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(RandomText.Next(random)));
            Assert.That(Bytes(text), Is.EqualTo(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Test]
    public void BytesThatAreNoTextAreReplacedAsInUtf8()
    {
        var random = new Random(4);
        byte[] likely = [0x41, 0x80, 0xBF, 0xC3, 0xE2, 0x82, 0xED, 0x9F, 0xF0, 0x9F, 0x99, 0xFF, 0xC0];
        for (int i = 0; i < 5000; i++)
        {
            byte[] bytes = [.. Enumerable.Range(0, random.Next(12)).Select(_ => likely[random.Next(likely.Length)])];
            string expected = Encoding.UTF8.GetString(bytes);
            bool surrogates = Enumerable.Range(0, Math.Max(0, bytes.Length - 2))
                .Any(k => bytes[k] == 0xED && bytes[k + 1] is >= 0xA0 and <= 0xBF && (bytes[k + 2] & 0xC0) == 0x80);
            if (!surrogates)
                Assert.That(Wtf8.GetString(bytes), Is.EqualTo(expected), Convert.ToHexString(bytes));
        }
    }

    [Test]
    public void DecodesOnePointAtATime()
    {
        Assert.That(Wtf8.Decode([0x41], out int point, out int consumed), Is.EqualTo(OperationStatus.Done));
        Assert.That((point, consumed), Is.EqualTo((0x41, 1)));
        Assert.That(Wtf8.Decode([0xED, 0xA0, 0x80], out point, out consumed), Is.EqualTo(OperationStatus.Done));
        Assert.That((point, consumed), Is.EqualTo((0xD800, 3)));
        Assert.That(Wtf8.Decode([0xED], out _, out _), Is.EqualTo(OperationStatus.NeedMoreData));
        Assert.That(Wtf8.Decode([0xED, 0xA0], out _, out _), Is.EqualTo(OperationStatus.NeedMoreData));
        Assert.That(Wtf8.Decode([0xED, 0xA0, 0x41], out _, out _), Is.EqualTo(OperationStatus.InvalidData));
        Assert.That(Wtf8.Decode([0x80], out _, out _), Is.EqualTo(OperationStatus.InvalidData));
        Assert.That(Wtf8.Decode([0xF0, 0x9F], out _, out _), Is.EqualTo(OperationStatus.NeedMoreData));
    }

    [Test]
    public void TheAlphabetSpellsEveryByteOnce()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        string spelled = ByteAlphabet.Spell(all);
        Assert.That(spelled.Distinct().Count(), Is.EqualTo(256));
        Assert.That(spelled[' '], Is.EqualTo('Ġ'));
        Assert.That(spelled['\n'], Is.EqualTo('Ċ'));
        Assert.That(spelled[0xAD], Is.EqualTo('\u0143'));
        Assert.That(ByteAlphabet.TryRead(spelled, out byte[]? bytes));
        Assert.That(bytes, Is.EqualTo(all));
        Assert.That(ByteAlphabet.TryRead("a b", out _), Is.False);
        Assert.That(ByteAlphabet.TryRead("▁", out _), Is.False);
    }
}
