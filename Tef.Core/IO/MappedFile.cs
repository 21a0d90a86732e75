using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Tef.Core.IO;

/// <summary>A file seen as memory, read-only. Pages are loaded as they are touched, so a file may be larger than memory.</summary>
internal sealed unsafe partial class MappedFile : IDisposable
{
    private const int MadvDontNeed = 4;

    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _start;
    private bool _disposed;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public MappedFile(string path)
    {
        Path = path;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Length = stream.Length;
        if (Length == 0)
            return;
        _file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>The bytes at a position, valid until the file is disposed.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - count);
        return new ReadOnlySpan<byte>(_start + offset, count);
    }

    /// <summary>
    /// Says that bytes were read and are not needed soon, so that a file read once from end to end does not count as memory of
    /// the process. Reading them again is allowed. Outside Linux nothing happens.
    /// </summary>
    public void Release(long offset, long count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        nuint page = (nuint)Environment.SystemPageSize;
        nuint first = ((nuint)(_start + offset) + page - 1) & ~(page - 1);
        nuint end = (nuint)(_start + offset + count) & ~(page - 1);
        if (OperatingSystem.IsLinux() && end > first)
            _ = AdviseLinux((void*)first, end - first, MadvDontNeed);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }

        _file?.Dispose();
        _start = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AdviseLinux(void* address, nuint length, int advice);
}
