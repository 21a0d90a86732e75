using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tef.Core.IO;

namespace Tef.Core.Data;

/// <summary>Writes a <see cref="TokenCacheFile"/> document by document. It appears when committed.</summary>
public sealed class TokenCacheWriter : ITokenSink, IDisposable
{
    private readonly AtomicFile _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _contentHash;
    private readonly int _width;
    private long _count;
    private long _textBytes;

    /// <summary>Starts a cache.</summary>
    /// <param name="path">The name that the file gets.</param>
    /// <param name="vocabularySize">Ids are at least 0 and below this.</param>
    /// <param name="contentHash">A <see cref="ContentHash"/> of text and tokenizer.</param>
    /// <param name="endOfText">The id that ends each document, if it is known.</param>
    public TokenCacheWriter(string path, int vocabularySize, ReadOnlySpan<byte> contentHash, int? endOfText = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        if (contentHash.Length != ContentHash.Size)
            throw new ArgumentException($"A content hash has {ContentHash.Size} bytes, not {contentHash.Length}.", nameof(contentHash));
        VocabularySize = vocabularySize;
        EndOfText = endOfText;
        _contentHash = contentHash.ToArray();
        _width = TokenCacheHeader.WidthOf(vocabularySize);
        _file = new AtomicFile(path);
        _file.Stream.Write(new byte[TokenCacheHeader.Size]);
    }

    /// <summary>Ids are below this.</summary>
    public int VocabularySize { get; }

    /// <summary>The id that ends each document, if it is known.</summary>
    public int? EndOfText { get; }

    /// <inheritdoc />
    public void Add(ReadOnlySpan<int> tokens, long textBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(textBytes);
        TokenGuard.InVocabulary(tokens, VocabularySize, nameof(tokens));
        if (_width == sizeof(int))
        {
            Write(MemoryMarshal.AsBytes(tokens));
        }
        else
        {
            ushort[] narrow = ArrayPool<ushort>.Shared.Rent(tokens.Length);
            for (int i = 0; i < tokens.Length; i++)
                narrow[i] = (ushort)tokens[i];
            Write(MemoryMarshal.AsBytes(narrow.AsSpan(0, tokens.Length)));
            ArrayPool<ushort>.Shared.Return(narrow);
        }

        _count += tokens.Length;
        _textBytes += textBytes;
    }

    /// <summary>Completes the file and gives it its name.</summary>
    public void Commit()
    {
        var header = new TokenCacheHeader(
            VocabularySize, _width, EndOfText, _count, _textBytes, _contentHash, _hash.GetHashAndReset());
        _file.Stream.Position = 0;
        _file.Stream.Write(header.ToArray());
        _file.Commit();
    }

    /// <summary>Removes what was written, unless it was committed.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Stream.Write(bytes);
        _hash.AppendData(bytes);
    }
}
