using System.IO.Compression;

namespace Tef.Core.HuggingFace.Pickle;

/// <summary>The bytes of storages, wherever a file has them.</summary>
internal abstract class StorageBytes : IDisposable
{
    /// <summary>Opens a storage at its first byte.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="byteLength">The length that the pickle gives it.</param>
    /// <exception cref="InvalidDataException">The storage is missing or of another length.</exception>
    public abstract Stream Open(PickleStorage storage, long byteLength);

    public abstract void Dispose();
}

/// <summary>Storages in the zip that PyTorch writes since version 1.6: an entry <c>NAME/data/KEY</c> each.</summary>
internal sealed class ZipStorageBytes(ZipArchive archive, string prefix, string source) : StorageBytes
{
    public override Stream Open(PickleStorage storage, long byteLength)
    {
        ZipArchiveEntry entry = archive.GetEntry($"{prefix}data/{storage.Key}")
            ?? throw new InvalidDataException($"{source}: the archive has no entry '{prefix}data/{storage.Key}'.");
        if (entry.Length != byteLength)
        {
            throw new InvalidDataException(
                $"{source}: storage '{storage.Key}' should have {byteLength} bytes, but its entry has {entry.Length}.");
        }

        try
        {
            return entry.Open();
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{source}: storage '{storage.Key}' is damaged: {exception.Message}", exception);
        }
    }

    public override void Dispose() => archive.Dispose();
}

/// <summary>Storages one after the other behind the pickles, as PyTorch wrote them before version 1.6.</summary>
/// <param name="path">The file.</param>
/// <param name="places">First byte and length of each storage, by key.</param>
internal sealed class FlatStorageBytes(string path, Dictionary<string, (long Start, long Length)> places) : StorageBytes
{
    public override Stream Open(PickleStorage storage, long byteLength)
    {
        if (!places.TryGetValue(storage.Key, out (long Start, long Length) place) || place.Length != byteLength)
            throw new InvalidDataException($"{path}: storage '{storage.Key}' of {byteLength} bytes is not in the file.");
        FileStream file = File.OpenRead(path);
        file.Position = place.Start;
        return file;
    }

    public override void Dispose()
    {
    }
}
