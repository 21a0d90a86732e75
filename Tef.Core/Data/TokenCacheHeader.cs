using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tef.Core.Data;

/// <summary>
/// The first bytes of a token cache, all numbers little-endian:
/// <code>
///   0  8  "TEFTOKEN"
///   8  4  version
///  12  4  bytes of a token: 2 or 4
///  16  4  vocabulary size
///  20  4  one more than the id that ends documents; zero when it is not known
///  24  8  number of tokens
///  32  8  UTF-8 bytes of the text
///  40 32  hash of text and tokenizer, given by the caller
///  72 32  SHA-256 of the tokens
/// 104 32  SHA-256 of the bytes before
/// 136     tokens
/// </code>
/// </summary>
internal readonly record struct TokenCacheHeader(
    int VocabularySize, int Width, int? EndOfText, long Count, long TextBytes, byte[] ContentHash, byte[] DataHash)
{
    public const int Size = ChecksumStart + SHA256.HashSizeInBytes;
    private const int ChecksumStart = 104;
    private const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "TEFTOKEN"u8;

    /// <summary>Whether the bytes that a file begins with are those of a token cache, or of one that was cut short.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> bytes) =>
        bytes[..Math.Min(bytes.Length, Magic.Length)].SequenceEqual(Magic[..Math.Min(bytes.Length, Magic.Length)]);

    /// <summary>Bytes of a token: two when the vocabulary allows.</summary>
    public static int WidthOf(int vocabularySize) => vocabularySize <= ushort.MaxValue + 1 ? sizeof(ushort) : sizeof(int);

    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), VocabularySize);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), EndOfText + 1 ?? 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), TextBytes);
        ContentHash.CopyTo(bytes, 40);
        DataHash.CopyTo(bytes, 72);
        SHA256.HashData(bytes.AsSpan(0, ChecksumStart), bytes.AsSpan(ChecksumStart));
        return bytes;
    }

    /// <exception cref="InvalidDataException">Not a token cache, of another version, or damaged.</exception>
    public static TokenCacheHeader Parse(ReadOnlySpan<byte> bytes, long fileLength, string path)
    {
        if (!MayBegin(bytes))
            throw new InvalidDataException($"{path}: not a token cache.");
        if (bytes.Length < Size)
            throw Damaged(path, $"it has {bytes.Length} bytes where at least {Size} are expected");
        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (version != Version)
        {
            throw new InvalidDataException($"{path}: a token cache of version {version}, but only version {Version} is known.");
        }

        if (!SHA256.HashData(bytes[..ChecksumStart]).AsSpan().SequenceEqual(bytes[ChecksumStart..Size]))
            throw Damaged(path, "its header does not match its checksum");
        var header = new TokenCacheHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]) is > 0 and int next ? next - 1 : null,
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            bytes.Slice(40, Data.ContentHash.Size).ToArray(),
            bytes.Slice(72, SHA256.HashSizeInBytes).ToArray());
        long expected = Size + header.Count * header.Width;
        if (fileLength != expected)
            throw Damaged(path, $"it has {fileLength} bytes where {expected} are expected");
        return header;
    }

    public static InvalidDataException Damaged(string path, string how) =>
        new($"{path}: the token cache is damaged, {how}.");
}
