using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Tef.Core.IO;

namespace Tef.Core.Data;

/// <summary>Tokens in a memory-mapped file, which may be larger than memory. Safe to read from many threads.</summary>
public sealed class TokenCacheFile : ITokenSource, IDisposable
{
    private const int HashChunk = 1 << 20;
    private readonly MappedFile _file;
    private readonly TokenCacheHeader _header;

    private TokenCacheFile(MappedFile file, TokenCacheHeader header)
    {
        _file = file;
        _header = header;
    }

    /// <summary>Ids are below this.</summary>
    public int VocabularySize => _header.VocabularySize;

    /// <inheritdoc />
    public int? EndOfText => _header.EndOfText;

    /// <inheritdoc />
    public long Count => _header.Count;

    /// <inheritdoc />
    public long TextBytes => _header.TextBytes;

    /// <summary>The hash of text and tokenizer that the file was written with.</summary>
    public ReadOnlyMemory<byte> ContentHash => _header.ContentHash;

    /// <summary>Opens a cache and checks all of it against its checksums.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Not a token cache, of another version, or damaged; the message says which.</exception>
    public static TokenCacheFile Open(string path)
    {
        var file = new MappedFile(path);
        try
        {
            int headerBytes = (int)Math.Min(TokenCacheHeader.Size, file.Length);
            TokenCacheHeader header = TokenCacheHeader.Parse(file.Bytes(0, headerBytes), file.Length, path);
            if (!DataHash(file).AsSpan().SequenceEqual(header.DataHash))
                throw TokenCacheHeader.Damaged(path, "its tokens do not match their checksum");
            return new TokenCacheFile(file, header);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a cache if there is one and neither text nor tokenizer have changed since it was made.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabularySize">Ids are at least 0 and below this.</param>
    /// <param name="contentHash">A <see cref="Data.ContentHash"/> of text and tokenizer.</param>
    /// <param name="endOfText">The id that ends each document, if it is known.</param>
    /// <param name="logger">Warned of a cache that is damaged or of another version.</param>
    /// <returns>The cache; null when there is none, or it is out of date, damaged or of another version.</returns>
    /// <exception cref="InvalidDataException">The file is something else than a token cache.</exception>
    public static TokenCacheFile? TryOpen(
        string path, int vocabularySize, ReadOnlySpan<byte> contentHash, int? endOfText = null, ILogger? logger = null)
    {
        if (!File.Exists(path))
            return null;
        TokenCacheFile cache;
        try
        {
            cache = Open(path);
        }
        catch (InvalidDataException exception) when (IsTokenCache(path))
        {
            logger?.LogWarning("{Problem} It is made anew.", exception.Message);
            return null;
        }

        if (cache.VocabularySize == vocabularySize && cache.EndOfText == endOfText && cache.ContentHash.Span.SequenceEqual(contentHash))
            return cache;
        cache.Dispose();
        return null;
    }

    /// <summary>Opens a cache, after building it when there is none, it is damaged, or text or tokenizer have changed since.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabularySize">Ids are at least 0 and below this.</param>
    /// <param name="contentHash">A <see cref="Data.ContentHash"/> of text and tokenizer.</param>
    /// <param name="build">Adds all documents.</param>
    /// <param name="endOfText">The id that ends each document, if it is known.</param>
    /// <param name="logger">Warned of a cache that is damaged or of another version.</param>
    /// <exception cref="InvalidDataException">The file is something else than a token cache.</exception>
    public static TokenCacheFile OpenOrBuild(
        string path,
        int vocabularySize,
        ReadOnlySpan<byte> contentHash,
        Action<TokenCacheWriter> build,
        int? endOfText = null,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(build);
        if (TryOpen(path, vocabularySize, contentHash, endOfText, logger) is { } cache)
            return cache;

        using (var writer = new TokenCacheWriter(path, vocabularySize, contentHash, endOfText))
        {
            build(writer);
            writer.Commit();
        }

        return Open(path);
    }

    /// <inheritdoc />
    public void Read(long start, Span<int> destination)
    {
        TokenGuard.RunInside(start, destination.Length, Count);
        ReadOnlySpan<byte> bytes = _file.Bytes(TokenCacheHeader.Size + start * _header.Width, destination.Length * _header.Width);
        if (_header.Width == sizeof(int))
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(destination));
            return;
        }

        ReadOnlySpan<ushort> narrow = MemoryMarshal.Cast<byte, ushort>(bytes);
        for (int i = 0; i < narrow.Length; i++)
            destination[i] = narrow[i];
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Another's file is not written over, even where a cache should lie.</summary>
    private static bool IsTokenCache(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] start = new byte[TokenCacheHeader.Size];
        return TokenCacheHeader.MayBegin(start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)));
    }

    private static byte[] DataHash(MappedFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long offset = TokenCacheHeader.Size; offset < file.Length; offset += HashChunk)
            hash.AppendData(file.Bytes(offset, (int)Math.Min(HashChunk, file.Length - offset)));
        return hash.GetHashAndReset();
    }
}
