using System.Text;
using Microsoft.ML.Model;

namespace Microsoft.ML;

/// <summary>Where a component writes itself: a folder in the archive of a model, with the entry <c>Model.key</c> open.</summary>
public sealed class ModelSaveContext : IDisposable
{
    internal readonly string Directory;

    internal readonly BinaryWriter Writer;

    internal ModelHeader Header;

    private readonly ModelArchiveWriter _archive;
    private readonly Stream _content;
    private readonly List<string> _strings = [];

    internal ModelSaveContext(ModelArchiveWriter archive, string directory)
    {
        _archive = archive;
        Directory = directory;
        _content = archive.CreateContent();
        Writer = new BinaryWriter(_content, Encoding.UTF8, leaveOpen: true);
        Writer.Write(new byte[ModelHeader.Size]);
    }

    /// <summary>Releases what was written; a component need not call this.</summary>
    public void Dispose()
    {
        Writer.Dispose();
        _content.Dispose();
    }

    /// <summary>Writes a component into a folder.</summary>
    internal static void SaveModel(ModelArchiveWriter archive, ICanSaveModel model, string directory)
    {
        using ModelSaveContext context = new(archive, directory);
        model.Save(context);
        context.Done(model);
    }

    /// <summary>Checks that the component has written nothing yet.</summary>
    internal void CheckAtModel()
    {
        if (Writer.BaseStream.Position != ModelHeader.Size)
            throw new InvalidOperationException("The component has written before.");
    }

    internal void SetVersionInfo(VersionInfo ver)
    {
        Header.ModelSignature = ver.ModelSignature;
        Header.ModelVerWritten = ver.VerWrittenCur;
        Header.ModelVerReadable = ver.VerReadableCur;
        Header.LoaderSignature = ver.LoaderSignature ?? string.Empty;
        Header.LoaderSignatureAlt = ver.LoaderSignatureAlt ?? string.Empty;
        Header.LoaderAssemblyName = ver.LoaderAssemblyName ?? string.Empty;
    }

    /// <summary>Writes a component into a folder below.</summary>
    internal void SaveModel<T>(T value, string name)
        where T : class
    {
        if (value is ICanSaveModel model)
            SaveModel(_archive, model, $"{Directory}/{name}");
    }

    /// <summary>Writes a further entry beside <c>Model.key</c>.</summary>
    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(action);
        using Stream content = _archive.CreateContent();
        using (BinaryWriter writer = new(content, Encoding.UTF8, leaveOpen: true))
            action(writer);
        _archive.Add($"{Directory}/{name}", content);
    }

    /// <summary>Writes the number of a string; the strings themselves follow the model, each once.</summary>
    internal void SaveNonEmptyString(string str)
    {
        ArgumentException.ThrowIfNullOrEmpty(str);
        int index = _strings.IndexOf(str);
        if (index < 0)
        {
            index = _strings.Count;
            _strings.Add(str);
        }

        Writer.Write(index);
    }

    private void Done(ICanSaveModel model)
    {
        if (Header.ModelSignature == 0)
            throw new InvalidOperationException($"{model.GetType()} wrote no version into the model file.");
        Header.Strings = [.. _strings];
        Header.Write(Writer);
        _archive.Add($"{Directory}/{ModelLoadContext.ModelStreamName}", _content);
    }
}
