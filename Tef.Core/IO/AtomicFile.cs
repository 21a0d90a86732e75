using System.Text;

namespace Tef.Core.IO;

/// <summary>
/// A file that appears whole or not at all: the data goes to a temporary name in the same folder, is flushed to the disk and
/// renamed over the destination by <see cref="Commit"/>. Without a commit the destination stays as it was.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string _temporary;
    private readonly FileStream _stream;
    private bool _closed;

    /// <summary>Starts a file; missing folders are created.</summary>
    /// <param name="path">The name that the file gets when committed.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public AtomicFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(Path))
            throw new IOException($"Cannot write '{path}': it is a folder.");
        string folder = System.IO.Path.GetDirectoryName(Path)!;
        Directory.CreateDirectory(folder);
        _temporary = System.IO.Path.Combine(folder, $".{System.IO.Path.GetFileName(Path)}.{System.IO.Path.GetRandomFileName()}");
        _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16);
    }

    /// <summary>The full name that the file gets when committed.</summary>
    public string Path { get; }

    /// <summary>Where to write; it can seek and read back.</summary>
    public Stream Stream => _stream;

    /// <summary>Writes a file at once.</summary>
    /// <param name="path">The name of the file; replaced if it exists.</param>
    /// <param name="write">Writes the content. When it throws, the old file stays.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var file = new AtomicFile(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes a text file at once, in UTF-8 without a byte order mark.</summary>
    /// <param name="path">The name of the file; replaced if it exists.</param>
    /// <param name="text">The content.</param>
    public static void WriteAllText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Flushes the data to the disk and gives the file its name, replacing an existing one.</summary>
    /// <exception cref="IOException">The disk is full, or the destination is in use.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_temporary, Path, overwrite: true);
        _closed = true;
    }

    /// <summary>Removes what was written, unless it was committed.</summary>
    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        try
        {
            _stream.Dispose();
        }
        finally
        {
            File.Delete(_temporary);
        }
    }
}
