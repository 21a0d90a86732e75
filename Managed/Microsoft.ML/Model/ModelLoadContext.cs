using System.Text;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where a component reads itself: a folder in the archive of a model, with the entry <c>Model.key</c> open.</summary>
internal sealed class ModelLoadContext : IDisposable
{
    public const string ModelStreamName = "Model.key";

    public readonly string Directory;

    public readonly BinaryReader Reader;

    public readonly string[] Strings;

    public readonly string LoaderAssemblyName;

    internal ModelHeader Header;

    private readonly ModelArchiveReader _archive;

    private ModelLoadContext(ModelArchiveReader archive, string directory)
    {
        _archive = archive;
        Directory = directory;
        Reader = new BinaryReader(archive.Open(EntryName), Encoding.UTF8);
        try
        {
            Header = ModelHeader.Read(Reader, EntryName);
        }
        catch
        {
            Reader.Dispose();
            throw;
        }

        Strings = Header.Strings;
        LoaderAssemblyName = Header.LoaderAssemblyName;
    }

    private string EntryName => $"{Directory}/{ModelStreamName}";

    public void Dispose() => Reader.Dispose();

    /// <summary>Loads the component of a folder.</summary>
    public static void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, ModelArchiveReader archive, string directory)
        where TRes : class
    {
        string entry = $"{directory}/{ModelStreamName}";
        if (!archive.Contains(entry))
            throw new FormatException($"The model file has no entry '{entry}'.");
        using ModelLoadContext context = new(archive, directory);
        object model = Reading(entry, () => context.FindLoader(env, typeof(TSig)).Create(env, context));
        result = model as TRes ?? throw new FormatException(
            $"Entry '{entry}' of the model file is a {model.GetType()}, where a {typeof(TRes)} is expected.");
        long unread = ModelHeader.Size + context.Header.ModelSize - context.Reader.BaseStream.Position;
        if (unread != 0)
            throw new FormatException($"Entry '{entry}' of the model file was not read as it was written: {unread} bytes are left.");
    }

    /// <summary>Loads the component of a folder below.</summary>
    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name)
        where TRes : class => LoadModel<TRes, TSig>(env, out result, _archive, $"{Directory}/{name}");

    public void CheckAtModel()
    {
        if (Reader.BaseStream.Position != ModelHeader.Size)
            throw new InvalidOperationException("The component has been read before.");
    }

    public void CheckAtModel(VersionInfo ver)
    {
        CheckAtModel();
        CheckVersionInfo(ver);
    }

    /// <summary>Checks that the component wrote what the caller can read.</summary>
    public void CheckVersionInfo(VersionInfo ver)
    {
        if (Header.ModelSignature != ver.ModelSignature)
            throw new FormatException($"Entry '{EntryName}' of the model file is not a '{ver.LoaderSignature}': its signature is another.");
        if (Header.ModelVerReadable > ver.VerWrittenCur)
        {
            throw new FormatException(
                $"Entry '{EntryName}' of the model file is too new: '{ver.LoaderSignature}' reads versions "
                + $"{ver.VerWeCanReadBack:x8} to {ver.VerWrittenCur:x8}, and this needs {Header.ModelVerReadable:x8}.");
        }

        if (Header.ModelVerWritten < ver.VerWeCanReadBack)
        {
            throw new FormatException(
                $"Entry '{EntryName}' of the model file is too old: '{ver.LoaderSignature}' reads versions "
                + $"{ver.VerWeCanReadBack:x8} to {ver.VerWrittenCur:x8}, and this is {Header.ModelVerWritten:x8}.");
        }
    }

    /// <summary>Reads how many items follow; each takes at least a byte.</summary>
    public int LoadCount()
    {
        int count = Reader.ReadInt32();
        long left = ModelHeader.Size + Header.ModelSize - Reader.BaseStream.Position;
        return count >= 0 && count <= left ? count : throw new FormatException(
            $"Entry '{EntryName}' of the model file is damaged: it has room for {left} items, not {count}.");
    }

    public string LoadNonEmptyString()
    {
        int index = Reader.ReadInt32();
        if ((uint)index >= (uint)Strings.Length || Strings[index].Length == 0)
            throw new FormatException($"Entry '{EntryName}' of the model file asks for string {index} of {Strings.Length}.");
        return Strings[index];
    }

    /// <summary>Reads a further entry beside <c>Model.key</c>, if it is there.</summary>
    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(action);
        string entry = $"{Directory}/{name}";
        if (!_archive.Contains(entry))
            return false;
        using BinaryReader reader = new(_archive.Open(entry), Encoding.UTF8);
        return Reading(entry, () =>
        {
            action(reader);
            return true;
        });
    }

    private static T Reading<T>(string entry, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException exception)
        {
            throw new FormatException($"Entry '{entry}' of the model file ends before all of it was read.", exception);
        }
    }

    private ComponentCatalog.LoadableClassInfo FindLoader(IHostEnvironment env, Type signature)
    {
        // What is registered already may come from an assembly that cannot be loaded by name.
        if (Find() is { } known)
            return known;
        if (LoaderAssemblyName.Length > 0)
        {
            try
            {
                env.ComponentCatalog.RegisterAssembly(LibraryAssembly.Load(LoaderAssemblyName));
            }
            catch (Exception exception) when (exception is IOException or BadImageFormatException or ArgumentException)
            {
                throw Unknown(exception);
            }
        }

        return Find() ?? throw Unknown(null);

        ComponentCatalog.LoadableClassInfo? Find()
        {
            foreach (string name in (string[])[Header.LoaderSignature, Header.LoaderSignatureAlt])
            {
                if (name.Length > 0 && env.ComponentCatalog.TryFind(name, signature, out ComponentCatalog.LoadableClassInfo? info))
                    return info;
            }

            return null;
        }

        FormatException Unknown(Exception? inner) => new(
            $"Entry '{EntryName}' of the model file needs the loader '{Header.LoaderSignature}' of the assembly '{LoaderAssemblyName}', "
            + "which is not known here.",
            inner);
    }
}
