using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Saves and loads models, and applies them to single objects.</summary>
public sealed class ModelOperationsCatalog : IInternalCatalog
{
    private const string SchemaEntry = "Schema";
    private const string VersionEntry = "TrainingInfo/Version.txt";
    private readonly HostEnvironment _environment;

    internal ModelOperationsCatalog(HostEnvironment environment)
    {
        _environment = environment;
    }

    IHostEnvironment IInternalCatalog.Environment => _environment;

    /// <summary>Writes a model and the columns it was made for. The stream must be seekable or empty; it stays open.</summary>
    public void Save(ITransformer model, DataViewSchema? inputSchema, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        using ModelArchiveWriter archive = new(stream, _environment.Temporary);
        AddEntry(archive, VersionEntry, writer =>
            writer.Write(Encoding.UTF8.GetBytes($"{typeof(ModelOperationsCatalog).Assembly.GetName().Version}\n")));
        ModelSaveContext.SaveModel(archive, model, TransformerChain.LoaderSignature);
        if (inputSchema is not null)
            AddEntry(archive, SchemaEntry, writer => SchemaFormat.Write(writer, inputSchema));
    }

    /// <summary>Writes a model file. A file of that name is only replaced when the new one is complete.</summary>
    public void Save(ITransformer model, DataViewSchema? inputSchema, string filePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        string temporary = $"{filePath}.{Path.GetRandomFileName()}";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
                Save(model, inputSchema, stream);
            File.Move(temporary, filePath, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Reads a model, and the columns it was made for: null if they were not saved.</summary>
    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using ModelArchiveReader archive = new(stream, _environment.Temporary);
        inputSchema = ReadSchema(archive)!;
        ModelLoadContext.LoadModel<ITransformer, SignatureLoadModel>(
            _environment, out ITransformer model, archive, TransformerChain.LoaderSignature);
        return model;
    }

    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        using FileStream stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    /// <summary>An engine for one thread; make one for each.</summary>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(
        ITransformer transformer,
        bool ignoreMissingColumns = true,
        SchemaDefinition? inputSchemaDefinition = null,
        SchemaDefinition? outputSchemaDefinition = null)
        where TSrc : class
        where TDst : class, new() =>
        CreatePredictionEngine<TSrc, TDst>(transformer, new PredictionEngineOptions
        {
            IgnoreMissingColumns = ignoreMissingColumns,
            InputSchemaDefinition = inputSchemaDefinition,
            OutputSchemaDefinition = outputSchemaDefinition,
        });

    /// <summary>An engine whose input has the columns of a schema, with their types and annotations.</summary>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema)
        where TSrc : class
        where TDst : class, new()
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return CreatePredictionEngine<TSrc, TDst>(transformer, new PredictionEngineOptions
        {
            IgnoreMissingColumns = false,
            InputSchemaDefinition = EnumerableRows.DefinitionFor(typeof(TSrc), inputSchema),
        });
    }

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, PredictionEngineOptions options)
        where TSrc : class
        where TDst : class, new()
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(options);
        return new PredictionEngine<TSrc, TDst>(transformer, options);
    }

    private static void AddEntry(ModelArchiveWriter archive, string entry, Action<BinaryWriter> write)
    {
        using Stream content = archive.CreateContent();
        using (BinaryWriter writer = new(content, Encoding.UTF8, leaveOpen: true))
            write(writer);
        archive.Add(entry, content);
    }

    private static DataViewSchema? ReadSchema(ModelArchiveReader archive)
    {
        if (!archive.Contains(SchemaEntry))
            return null;
        using BinaryReader reader = new(archive.Open(SchemaEntry), Encoding.UTF8);
        try
        {
            return SchemaFormat.Read(reader);
        }
        catch (Exception exception) when (exception is FormatException or EndOfStreamException or ArgumentException)
        {
            throw new FormatException($"Entry '{SchemaEntry}' of the model file cannot be read: {exception.Message}.", exception);
        }
    }
}
