using System.IO.Compression;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Model;

/// <summary>
/// Writes the zip archive of a model. An entry is put together in a temporary file, where it can be sought,
/// and moves into the archive when it is complete; so entries may be written while others are open.
/// </summary>
internal sealed class ModelArchiveWriter(Stream stream, TemporaryFolder temporary) : IDisposable
{
    private readonly ZipArchive _archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
    private readonly HashSet<string> _entries = [];

    public Stream CreateContent() => temporary.CreateFile();

    /// <summary>Puts all of a stream into the archive.</summary>
    public void Add(string entry, Stream content)
    {
        if (!_entries.Add(entry))
            throw new InvalidOperationException($"The model file has an entry '{entry}' already.");
        content.Position = 0;

        // Weights hardly shrink, however much time is spent on them.
        using Stream target = _archive.CreateEntry(entry, CompressionLevel.Fastest).Open();
        content.CopyTo(target);
    }

    public void Dispose() => _archive.Dispose();
}
