using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using Tef.Core.Configuration;
using Tef.MLNet.Interop;

namespace Tef.MLNet.Saving;

/// <summary>
/// Writes one stage into a saved model: streams by name, and last a manifest with the format's version and the length and
/// SHA-256 of every stream.
/// </summary>
internal sealed class StageWriter
{
    private readonly ModelSaveContext _context;
    private readonly List<StageEntry> _entries = [];

    /// <summary>Starts a stage.</summary>
    /// <param name="context">Where the model is being saved.</param>
    /// <param name="signature">Eight letters that tell this kind of stage from others.</param>
    /// <param name="loaderName">The name under which the class of the stage is registered.</param>
    public StageWriter(ModelSaveContext context, string signature, string loaderName)
    {
        _context = context;
        MicrosoftMLInterop.SetVersionInfo(context, signature, StageManifest.CurrentFormat, loaderName, Assembly.GetExecutingAssembly());
    }

    /// <summary>Writes a stream.</summary>
    public void Write(string name, Action<Stream> write) => MicrosoftMLInterop.SaveStream(_context, name, stream =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var hashing = new HashingStream(stream, hash);
        write(hashing);
        _entries.Add(new StageEntry(name, hashing.Bytes, Convert.ToHexStringLower(hash.GetHashAndReset())));
    });

    /// <summary>Writes settings.</summary>
    public void WriteJson<T>(string name, T value) =>
        Write(name, stream => JsonSerializer.Serialize(stream, value, StageManifest.Json));

    /// <summary>Writes options of Tef.Core in the form of configuration files.</summary>
    public void WriteOptions<T>(string name, T options)
        where T : class =>
        Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(OptionsJson.Write(options))));

    /// <summary>Writes the manifest. Nothing may follow.</summary>
    public void Complete()
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new StageManifest(StageManifest.CurrentFormat, _entries), StageManifest.Json);
        MicrosoftMLInterop.SaveStream(_context, StageManifest.Name, stream => stream.Write(json));
    }
}
