using System.Buffers;
using System.Runtime.InteropServices;

namespace Tef.Core.Safetensors;

/// <summary>
/// Safetensors from a stream that need not seek, such as an entry of a zip: tensors come one after the other, and no more than
/// one is in memory. For files, <see cref="SafetensorsFile"/> gives any tensor at any time.
/// </summary>
/// <example>
/// <code>
/// var reader = new SafetensorsReader(stream, "weights");
/// while (reader.Next() is { } entry)
///     reader.ReadFloats(parameters[entry.Name]);
/// </code>
/// </example>
public sealed class SafetensorsReader
{
    private readonly Stream _stream;
    private readonly string _source;
    private readonly SafetensorsHeader _header;
    private int _next;
    private long _unread;

    /// <summary>Reads and checks the header.</summary>
    /// <param name="stream">The stream, at the start of the safetensors data. It stays open.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InvalidDataException">The data is truncated or damaged; the message says how.</exception>
    public SafetensorsReader(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _source = source;
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.LengthBytes];
        ReadExactly(prefix, "its length");
        int length = SafetensorsHeader.ReadLength(prefix, source);
        _header = SafetensorsHeader.Parse(ReadHeader(length), source);
    }

    /// <summary>All tensors in the order in which they come.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _header.Entries;

    /// <summary>Text stored beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Goes to the next tensor, skipping what was not read of the one before.</summary>
    /// <returns>The tensor; null after the last one.</returns>
    /// <exception cref="InvalidDataException">The data is truncated, or goes on after the last tensor.</exception>
    public SafetensorsEntry? Next()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SafetensorsValues.ChunkElements);
        try
        {
            while (_unread > 0)
                ReadPart(buffer.AsSpan(0, (int)Math.Min(_unread, buffer.Length)));
            if (_next < _header.Entries.Length)
            {
                SafetensorsEntry entry = _header.Entries[_next++];
                _unread = entry.ByteLength;
                return entry;
            }

            if (_stream.Read(buffer, 0, 1) > 0)
                throw new InvalidDataException($"{_source}: too long, there is data after the last tensor.");
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads the bytes of the current tensor.</summary>
    /// <param name="destination">As many bytes as the tensor has.</param>
    /// <exception cref="ArgumentException">The span has another length than the tensor.</exception>
    /// <exception cref="InvalidDataException">The data is truncated.</exception>
    public void ReadBytes(Span<byte> destination)
    {
        SafetensorsEntry entry = Current();
        if (destination.Length != entry.ByteLength)
            throw new ArgumentException($"Tensor '{entry}' has {entry.ByteLength} bytes, but the span holds {destination.Length}.");
        ReadPart(destination);
    }

    /// <summary>Reads the current tensor of F32, F16, BF16 or F64 as float32.</summary>
    /// <param name="destination">Receives all elements, row after row.</param>
    /// <exception cref="ArgumentException">The span has another length than the tensor.</exception>
    /// <exception cref="InvalidDataException">The data is truncated, or the tensor holds no floating-point numbers.</exception>
    public void ReadFloats(Span<float> destination)
    {
        SafetensorsEntry entry = Current();
        SafetensorsValues.RequireLength(entry, destination.Length);
        if (entry.Type == SafetensorsType.F32)
        {
            for (int done = 0; done < destination.Length;)
            {
                int n = Math.Min(destination.Length - done, SafetensorsValues.ChunkElements);
                ReadPart(MemoryMarshal.AsBytes(destination.Slice(done, n)));
                done += n;
            }

            return;
        }

        int size = entry.Type.Size();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SafetensorsValues.ChunkElements * size);
        try
        {
            for (int done = 0; done < destination.Length;)
            {
                int n = Math.Min(destination.Length - done, SafetensorsValues.ChunkElements);
                Span<byte> part = buffer.AsSpan(0, n * size);
                ReadPart(part);
                SafetensorsValues.ToFloats(entry, part, destination.Slice(done, n), _source);
                done += n;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private SafetensorsEntry Current()
    {
        SafetensorsEntry? entry = _next > 0 ? _header.Entries[_next - 1] : null;
        return entry is not null && _unread == entry.ByteLength
            ? entry
            : throw new InvalidOperationException("Call Next() before reading a tensor; each is read once.");
    }

    private byte[] ReadHeader(int length)
    {
        // Grown as data arrives, so that a damaged length in a short stream does not take a hundred megabytes.
        byte[] header = new byte[Math.Min(length, SafetensorsValues.ChunkElements)];
        for (int done = 0; ;)
        {
            ReadExactly(header.AsSpan(done), "its header");
            done = header.Length;
            if (done == length)
                return header;
            Array.Resize(ref header, (int)Math.Min(length, done * 2L));
        }
    }

    private void ReadPart(Span<byte> destination)
    {
        ReadExactly(destination, $"tensor '{_header.Entries[_next - 1]}'");
        _unread -= destination.Length;
    }

    private void ReadExactly(Span<byte> destination, string what)
    {
        int read = _stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        if (read < destination.Length)
            throw new InvalidDataException($"{_source}: truncated, the data ends in the middle of {what}.");
    }
}
