using Tef.Core.IO;

namespace Tef.Core.Safetensors;

/// <summary>
/// A safetensors file, memory-mapped: opening reads the header alone, tensors are read from the pages of the file as they are
/// asked for. Safe to read from many threads.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>After how many elements the pages that were read are given back.</summary>
    private const int ReleasedElements = 1 << 22;

    private readonly MappedFile _file;
    private readonly long _dataStart;
    private readonly Dictionary<string, SafetensorsEntry> _byName;

    private SafetensorsFile(MappedFile file, SafetensorsHeader header, long dataStart)
    {
        _file = file;
        _dataStart = dataStart;
        Entries = header.Entries;
        Metadata = header.Metadata;
        _byName = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>All tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Text stored beside the tensors; often <c>format</c> = <c>pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is truncated or damaged; the message says how.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = new MappedFile(path);
        try
        {
            if (file.Length < SafetensorsHeader.LengthBytes)
                throw new InvalidDataException($"{path}: not a safetensors file, it has {file.Length} bytes.");
            int headerBytes = SafetensorsHeader.ReadLength(file.Bytes(0, SafetensorsHeader.LengthBytes), path);
            long dataStart = SafetensorsHeader.LengthBytes + (long)headerBytes;
            if (dataStart > file.Length)
            {
                throw new InvalidDataException(
                    $"{path}: truncated, a header of {headerBytes} bytes is announced but the file has {file.Length}.");
            }

            SafetensorsHeader header = SafetensorsHeader.Parse(file.Bytes(SafetensorsHeader.LengthBytes, headerBytes), path);
            if (header.DataBytes != file.Length - dataStart)
            {
                throw new InvalidDataException(
                    $"{path}: {(header.DataBytes > file.Length - dataStart ? "truncated" : "too long")}, "
                    + $"the header lists {header.DataBytes} bytes of tensors but {file.Length - dataStart} follow it.");
            }

            return new SafetensorsFile(file, header, dataStart);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Looks a tensor up.</summary>
    /// <param name="name">The name of the tensor.</param>
    /// <returns>Its entry; null when the file has none of that name.</returns>
    public SafetensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The bytes of a tensor or of a part of it, valid until the file is disposed.</summary>
    /// <param name="entry">A tensor of this file.</param>
    /// <param name="start">First byte, counted from the start of the tensor.</param>
    /// <param name="count">Number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie inside the tensor.</exception>
    public ReadOnlySpan<byte> Bytes(SafetensorsEntry entry, long start, int count)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, entry.ByteLength - count);
        return _file.Bytes(_dataStart + entry.Offset + start, count);
    }

    /// <summary>Reads a tensor of F32, F16, BF16 or F64 as float32.</summary>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="destination">Receives all elements, row after row.</param>
    /// <exception cref="InvalidDataException">There is no such tensor, or it holds no floating-point numbers.</exception>
    /// <exception cref="ArgumentException">The span has another length than the tensor.</exception>
    public void ReadFloats(string name, Span<float> destination)
    {
        SafetensorsEntry entry = Require(name);
        SafetensorsValues.RequireLength(entry, destination.Length);
        int size = entry.Type.Size();
        int released = 0;
        for (int done = 0; done < destination.Length;)
        {
            int n = Math.Min(destination.Length - done, SafetensorsValues.ChunkElements);
            SafetensorsValues.ToFloats(entry, Bytes(entry, (long)done * size, n * size), destination.Slice(done, n), _file.Path);
            done += n;
            if (done - released < ReleasedElements && done < destination.Length)
                continue;
            _file.Release(_dataStart + entry.Offset + ((long)released * size), (long)(done - released) * size);
            released = done;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private SafetensorsEntry Require(string name) =>
        Find(name) ?? throw new InvalidDataException($"{_file.Path}: there is no tensor '{name}' among the {Entries.Count} of the file.");
}
