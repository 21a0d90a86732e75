using System.IO.Compression;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Model;

/// <summary>Reads the zip archive of a model. An entry is unpacked into a temporary file and checked before anyone reads it.</summary>
internal sealed class ModelArchiveReader : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries;
    private readonly TemporaryFolder _temporary;

    public ModelArchiveReader(Stream stream, TemporaryFolder temporary)
    {
        _temporary = temporary;
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);

            // The original library writes the separators of the system it runs on.
            _entries = _archive.Entries.ToDictionary(entry => entry.FullName.Replace('\\', '/'));
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            string name = stream is FileStream file ? $"'{file.Name}'" : "The stream";
            throw new FormatException($"{name} is not a complete model file: {exception.Message}", exception);
        }
    }

    public bool Contains(string entry) => _entries.ContainsKey(entry);

    /// <summary>The content of an entry, which can be sought.</summary>
    public Stream Open(string entry)
    {
        ZipArchiveEntry found = _entries[entry];
        FileStream content = _temporary.CreateFile();
        try
        {
            Unpack(found, content);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            content.Dispose();
            throw new FormatException($"Entry '{entry}' of the model file is damaged: {exception.Message}", exception);
        }

        content.Position = 0;
        return content;
    }

    public void Dispose() => _archive.Dispose();

    private static void Unpack(ZipArchiveEntry entry, FileStream target)
    {
        using Stream source = entry.Open();
        Crc32 checksum = default;
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            checksum.Append(buffer.AsSpan(0, read));
            target.Write(buffer, 0, read);
        }

        if (target.Length != entry.Length)
            throw new InvalidDataException($"{entry.Length} bytes expected, {target.Length} found.");
        if (checksum.Value != entry.Crc32)
            throw new InvalidDataException($"its checksum is {checksum.Value:x8}, {entry.Crc32:x8} expected.");
    }
}
