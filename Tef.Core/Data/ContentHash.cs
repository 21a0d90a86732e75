using System.Security.Cryptography;
using System.Text;

namespace Tef.Core.Data;

/// <summary>
/// A SHA-256 over everything that token ids follow from: the text and the tokenizer. Each part is preceded by its length, so that
/// no two lists of parts run together to the same hash.
/// </summary>
public sealed class ContentHash : IDisposable
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds the content of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>This.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public ContentHash AddFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        AddLength(stream.Length);
        byte[] buffer = new byte[1 << 17];
        for (int read; (read = stream.Read(buffer)) > 0;)
            _hash.AppendData(buffer, 0, read);
        return this;
    }

    /// <summary>Adds a text, such as the name or the settings of a tokenizer.</summary>
    /// <param name="text">The text.</param>
    /// <returns>This.</returns>
    public ContentHash Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    /// <summary>Adds bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>This.</returns>
    public ContentHash Add(ReadOnlySpan<byte> bytes)
    {
        AddLength(bytes.Length);
        _hash.AppendData(bytes);
        return this;
    }

    /// <summary>The hash of all that was added.</summary>
    /// <returns><see cref="Size"/> bytes.</returns>
    public byte[] ToArray() => _hash.GetCurrentHash();

    /// <inheritdoc />
    public void Dispose() => _hash.Dispose();

    private void AddLength(long length) => _hash.AppendData(BitConverter.GetBytes(length));
}
