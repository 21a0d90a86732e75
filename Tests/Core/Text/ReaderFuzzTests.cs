using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tef.Core.Data;
using Tef.Core.Text;

namespace Tef.Tests.Core.Text;

/// <summary>Whatever lies in a file: documents or a clear error, and never a hang.</summary>
public sealed class ReaderFuzzTests
{
    private static readonly string[] s_texts =
    [
        "{\"body\":", "\"x\"", "}", "{", "\n", "\r\n", "\n\n", " ", "\t", "<|endoftext|>", "<|endof", ",\"meta\":", "\\u12", "\\ud83d", "a b ",
        " = ", " = T = ", "\n = T = \n\n", "\n \n = Title two = \n \n", " = = S = = ", "é", "☃", "😀", "\0", "\uFEFF", "0", "[1]", "null",
    ];

    private TemporaryFolder _folder = null!;

    private static Gen<byte[]> Pieces { get; } = Gen.Elements(
        s_texts.Select(Encoding.UTF8.GetBytes).Concat([[0xFF], [0xC3], [0xE2, 0x98], [0xF0, 0x9F], [0x80], [0xED, 0xA0, 0x80]]));

    /// <summary>Bytes of all kinds, mostly such that mean something to a reader.</summary>
    private static Gen<byte[]> Contents { get; } = Gen.Frequency(
        (6, Pieces.ListOf().Select(pieces => pieces.SelectMany(piece => piece).ToArray())),
        (1, ArbMap.Default.GeneratorFor<byte[]>()),
        (1, Pieces.Select(piece => Enumerable.Repeat(piece, 300).SelectMany(bytes => bytes).ToArray())));

    [OneTimeSetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [OneTimeTearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    [CancelAfter(120_000)]
    public void Any_bytes_in_any_format(CancellationToken cancellation)
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(Contents.ToArbitrary(), bytes =>
        {
            string path = _folder.Write("a.txt", bytes);
            foreach (DocumentFormat format in Enum.GetValues<DocumentFormat>())
            {
                foreach (bool replace in new[] { false, true })
                    Documents(path, new DocumentReadOptions { Format = format, ReplaceInvalidBytes = replace, MaxPartBytes = 64 }, cancellation);
            }
        }));
    }

    [Test]
    [CancelAfter(120_000)]
    public void Any_name_of_a_file(CancellationToken cancellation)
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(Contents.ToArbitrary(), bytes =>
        {
            foreach (string name in new[] { "a.jsonl", "a.documents", "a.gz", "a.jsonl.gz", "a" })
                Documents(_folder.Write(name, bytes), new DocumentReadOptions(), cancellation);
        }));
    }

    [Test]
    [CancelAfter(120_000)]
    public void Damaged_compression(CancellationToken cancellation)
    {
        var whole = new MemoryStream();
        using (var gzip = new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(i => $"story {i}<|endoftext|>"))));
        byte[] bytes = whole.ToArray();
        Gen<(int At, byte Value, int Length)> damage =
            from at in Gen.Choose(0, bytes.Length - 1)
            from value in Gen.Choose(0, 255)
            from length in Gen.Choose(0, bytes.Length)
            select (at, (byte)value, length);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(damage.ToArbitrary(), change =>
        {
            byte[] copy = (byte[])bytes.Clone();
            copy[change.At] = change.Value;
            Documents(_folder.Write("a.txt.gz", copy), new DocumentReadOptions(), cancellation);
            Documents(_folder.Write("b.txt.gz", bytes[..change.Length]), new DocumentReadOptions(), cancellation);
        }));
    }

    [Test]
    public void Any_bytes_as_token_cache()
    {
        string good = _folder.File("good.tokens");
        using (var writer = new TokenCacheWriter(good, 300, new byte[ContentHash.Size], endOfText: 7))
        {
            writer.Add([1, 2, 299, 7], 9);
            writer.Commit();
        }

        byte[] bytes = File.ReadAllBytes(good);
        Gen<(int At, byte Value, int Length)> damage =
            from at in Gen.Choose(0, bytes.Length - 1)
            from value in Gen.Choose(0, 255)
            from length in Gen.Choose(0, bytes.Length)
            select (at, (byte)value, length);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(damage.ToArbitrary(), change =>
        {
            byte[] copy = (byte[])bytes.Clone();
            copy[change.At] = change.Value;
            bool same = copy.AsSpan().SequenceEqual(bytes);
            Assert.That(Opens(copy), Is.EqualTo(same));
            Assert.That(Opens(bytes[..change.Length]), Is.EqualTo(change.Length == bytes.Length));
        }));

        bool Opens(byte[] content)
        {
            string path = _folder.Write("a.tokens", content);
            try
            {
                using TokenCacheFile file = TokenCacheFile.Open(path);
                Assert.That(file.EndOfText, Is.EqualTo(7));
                return true;
            }
            catch (InvalidDataException exception)
            {
                Assert.That(exception.Message, Does.StartWith(path));
                return false;
            }
        }
    }

    private static void Documents(string path, DocumentReadOptions options, CancellationToken cancellation)
    {
        long bytes = 0;
        try
        {
            foreach (TextDocument document in DocumentReader.Read(path, options))
            {
                cancellation.ThrowIfCancellationRequested();
                bytes += document.Text.Length + 1;
            }
        }
        catch (InvalidDataException exception)
        {
            Assert.That(exception.Message, Does.Contain(path));
            return;
        }

        Assert.That(bytes, Is.GreaterThan(0), "a corpus without text is an error");
    }
}
