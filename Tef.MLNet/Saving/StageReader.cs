using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tef.Core.Configuration;
using Tef.MLNet.Interop;

namespace Tef.MLNet.Saving;

/// <summary>Reads one stage of a saved model and checks every stream against the manifest.</summary>
internal sealed class StageReader
{
    private readonly object _context;
    private readonly string _stage;
    private readonly StageManifest _manifest;

    /// <summary>Opens a stage.</summary>
    /// <param name="context">What the load method received.</param>
    /// <param name="stage">Name of the stage, for messages.</param>
    /// <exception cref="InvalidDataException">The manifest is missing or damaged, or of a newer format.</exception>
    public StageReader(object context, string stage)
    {
        _context = context;
        _stage = stage;
        byte[]? json = null;
        bool found = Guarded(StageManifest.Name, () => MicrosoftMLInterop.TryLoadStream(
            context, StageManifest.Name, stream => json = ReadToEnd(stream)));
        if (!found)
            throw Damaged(StageManifest.Name, "it is missing");
        int format = Guarded(StageManifest.Name, () => ReadFormat(json!));
        if (format is < 1 or > StageManifest.CurrentFormat)
        {
            throw new InvalidDataException(
                $"The saved stage {stage} has format {format}, but this version of Tef.MLNet reads formats 1 to "
                + $"{StageManifest.CurrentFormat}. Load it with the version that saved it, or a newer one.");
        }

        _manifest = Guarded(StageManifest.Name, () => JsonSerializer.Deserialize<StageManifest>(json!, StageManifest.Json))
            ?? throw Damaged(StageManifest.Name, "it is empty");
    }

    /// <summary>Reads a whole stream.</summary>
    public byte[] ReadBytes(string name) => Read(name, ReadToEnd);

    /// <summary>Reads settings.</summary>
    /// <exception cref="InvalidDataException">The stream is missing or damaged, or a setting is missing or unknown.</exception>
    public T ReadJson<T>(string name)
        where T : class
    {
        byte[] json = ReadBytes(name);
        return Guarded(name, () => JsonSerializer.Deserialize<T>(json, StageManifest.Json)) ?? throw Damaged(name, "it is empty");
    }

    /// <summary>Reads and checks options of Tef.Core.</summary>
    /// <exception cref="InvalidDataException">
    /// The stream is missing or damaged, or an option is missing, unknown or out of range.
    /// </exception>
    public T ReadOptions<T>(string name)
        where T : class
    {
        string json = Encoding.UTF8.GetString(ReadBytes(name));
        return Guarded(name, () => OptionsJson.Read<T>(json, name));
    }

    /// <summary>Reads a stream while it passes; the result counts only after the stream has proved to be whole.</summary>
    /// <exception cref="InvalidDataException">The stream is missing or damaged; the message names it.</exception>
    public T Read<T>(string name, Func<Stream, T> read)
    {
        StageEntry entry = _manifest.Entries.FirstOrDefault(entry => entry.Name == name)
            ?? throw Damaged(name, "the manifest does not list it");
        T result = default!;
        bool found = Guarded(name, () => MicrosoftMLInterop.TryLoadStream(_context, name, stream =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var hashing = new HashingStream(stream, hash);
            result = read(hashing);
            try
            {
                hashing.CopyTo(Stream.Null);
                Check(entry, hashing.Bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
            }
            catch
            {
                (result as IDisposable)?.Dispose();
                throw;
            }
        }));
        return found ? result : throw Damaged(name, "it is missing");
    }

    private static int ReadFormat(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("format").GetInt32();
    }

    private static byte[] ReadToEnd(Stream stream)
    {
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }

    private static void Check(StageEntry entry, long bytes, string sha256)
    {
        if (bytes != entry.Bytes)
            throw new InvalidDataException($"it has {bytes} bytes instead of {entry.Bytes}");
        if (sha256 != entry.Sha256)
            throw new InvalidDataException("its SHA-256 is not the one in the manifest");
    }

    private T Guarded<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or JsonException or FormatException
            or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw Damaged(name, exception.Message, exception);
        }
    }

    private InvalidDataException Damaged(string name, string reason, Exception? inner = null) =>
        new($"The entry '{name}' of the saved stage {_stage} is damaged: {reason.TrimEnd('.')}.", inner);
}
