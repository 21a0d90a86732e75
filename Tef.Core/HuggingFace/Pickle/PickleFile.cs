using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using Tef.Core.IO;
using Tef.Core.Safetensors;

namespace Tef.Core.HuggingFace.Pickle;

/// <summary>
/// Opens files of <c>torch.save</c>: a zip with a pickle and storages since PyTorch 1.6, and before that five pickles with the
/// storages behind them.
/// </summary>
internal static class PickleFile
{
    private const long OldProtocol = 1001;
    private const int MaxPickleBytes = 1 << 28;
    private static readonly BigInteger s_oldMagic = BigInteger.Parse("119547037146038801333356");

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is neither, is damaged, or its pickle names something that tensors are not made of.
    /// </exception>
    public static PickleWeights Open(string path)
    {
        Span<byte> start = stackalloc byte[4];
        int length;
        using (FileStream file = File.OpenRead(path))
            length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (start[..length].StartsWith("PK"u8))
            return OpenZip(path);
        if (start[..length].StartsWith((ReadOnlySpan<byte>)[0x80, 0x02]))
            return OpenFlat(path);
        throw new InvalidDataException($"{path}: not a file of PyTorch's weights, it begins neither as a zip nor as a pickle.");
    }

    private static PickleWeights OpenZip(string path)
    {
        ZipArchive? archive = null;
        FileStream file = File.OpenRead(path);
        try
        {
            archive = new ZipArchive(file, ZipArchiveMode.Read);
            ZipArchiveEntry pickle = archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("data.pkl", StringComparison.Ordinal))
                ?? throw new InvalidDataException($"{path}: the archive has no data.pkl; it does not come from torch.save.");
            string prefix = pickle.FullName[..^"data.pkl".Length];
            if (archive.GetEntry(prefix + "byteorder") is { } order && ReadAll(order, path).AsSpan().SequenceEqual("big"u8))
                throw new InvalidDataException($"{path}: the weights are big-endian; little-endian is supported.");
            object? content = new PickleReader(ReadAll(pickle, path), $"{path}, data.pkl").Read();
            return new PickleWeights(content, new ZipStorageBytes(archive, prefix, path), path);
        }
        catch (Exception exception)
        {
            archive?.Dispose();
            file.Dispose();

            // The archive's own errors do not know the name of the file.
            if (exception is InvalidDataException && !exception.Message.StartsWith(path, StringComparison.Ordinal))
                throw new InvalidDataException($"{path}: the archive is damaged: {exception.Message}", exception);
            throw;
        }
    }

    private static byte[] ReadAll(ZipArchiveEntry entry, string path)
    {
        if (entry.Length > MaxPickleBytes)
            throw new InvalidDataException($"{path}: {entry.FullName} has {entry.Length} bytes; at most {MaxPickleBytes} are read.");
        byte[] bytes = new byte[entry.Length];
        using Stream stream = entry.Open();
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException($"{path}: truncated, the data ends in the middle of {entry.FullName}.");
        return bytes;
    }

    private static PickleWeights OpenFlat(string path)
    {
        using var file = new MappedFile(path);
        var reader = new PickleReader(file.Bytes(0, (int)Math.Min(file.Length, MaxPickleBytes)), path);
        if (reader.Read() is not BigInteger magic || magic != s_oldMagic || reader.Read() is not OldProtocol)
            throw new InvalidDataException($"{path}: a pickle, but not one of torch.save.");
        if (reader.Read() is PickleDict system && system.Find("little_endian") is false)
            throw new InvalidDataException($"{path}: the weights are big-endian; little-endian is supported.");
        object? content = reader.Read();
        if (reader.Read() is not List<object?> keys)
            throw new InvalidDataException($"{path}: expected a list of storages behind the weights.");

        var places = new Dictionary<string, (long Start, long Length)>(StringComparer.Ordinal);
        long at = reader.Position;
        foreach (object? key in keys)
        {
            if (key is not string name || !reader.Storages.TryGetValue(name, out PickleStorage? storage))
                throw new InvalidDataException($"{path}: the storage '{key}' in the list belongs to no tensor.");
            long count = at + sizeof(long) <= file.Length ? BinaryPrimitives.ReadInt64LittleEndian(file.Bytes(at, sizeof(long))) : -1;
            Int128 bytes = (Int128)storage.Count * StorageType.Find(storage.Type)!.Value.Size();
            if (count != storage.Count || at + sizeof(long) + bytes > file.Length)
            {
                throw new InvalidDataException(
                    $"{path}: truncated or damaged, storage '{name}' of {storage.Count} elements is not at byte {at}.");
            }

            places[name] = (at + sizeof(long), (long)bytes);
            at += sizeof(long) + (long)bytes;
        }

        return new PickleWeights(content, new FlatStorageBytes(path, places), path);
    }
}
