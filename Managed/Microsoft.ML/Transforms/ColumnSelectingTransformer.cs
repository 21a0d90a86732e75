using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(ColumnSelectingTransformer), null, typeof(SignatureLoadModel),
    "Select Columns Transform", ColumnSelectingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>
/// Keeps or drops columns. In a model file: three bytes (whether the columns named are kept, whether hidden ones stay,
/// whether missing ones are no error), int32 count, names.
/// </summary>
public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string LoaderSignature = "SelectColumnsTransform";

    private static readonly VersionInfo Version = new(
        modelSignature: "SELCOLST",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: LibraryAssembly.Data,
        loaderSignature: LoaderSignature);

    private readonly string[] _names;
    private readonly bool _keepColumns;
    private readonly bool _keepHidden;
    private readonly bool _ignoreMissing;

    internal ColumnSelectingTransformer(string[] names, bool keepColumns, bool keepHidden, bool ignoreMissing)
    {
        if (names is not { Length: > 0 })
            throw new ArgumentException("At least one column is to be named.", nameof(names));
        _names = names;
        _keepColumns = keepColumns;
        _keepHidden = keepHidden;
        _ignoreMissing = ignoreMissing;
    }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return CreateMap(inputSchema).OutputSchema;
    }

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, CreateMap(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => CreateMap(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(_keepColumns);
        ctx.Writer.Write(_keepHidden);
        ctx.Writer.Write(_ignoreMissing);
        ctx.Writer.Write(_names.Length);
        foreach (string name in _names)
            ctx.SaveNonEmptyString(name);
    }

    internal bool Keeps(string name) => _names.Contains(name) == _keepColumns;

    internal void CheckNames(IEnumerable<string> available)
    {
        string[] names = [.. available];
        if (!_ignoreMissing && Array.Find(_names, name => !names.Contains(name)) is { } missing)
            throw SchemaErrors.MissingColumn("inputSchema", "input", missing, names);
    }

    internal static ColumnSelectingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        bool keepColumns = ctx.Reader.ReadBoolean();
        bool keepHidden = ctx.Reader.ReadBoolean();
        bool ignoreMissing = ctx.Reader.ReadBoolean();
        string[] names = new string[ctx.LoadCount()];
        for (int i = 0; i < names.Length; i++)
            names[i] = ctx.LoadNonEmptyString();
        return new ColumnSelectingTransformer(names, keepColumns, keepHidden, ignoreMissing);
    }

    private RowMap CreateMap(DataViewSchema schema)
    {
        CheckNames(schema.Select(column => column.Name));

        // Columns kept come in the order in which they are named; what is left after dropping keeps its order, hidden columns included.
        IEnumerable<DataViewSchema.Column> kept = _keepColumns
            ? _names.Distinct().SelectMany(name => schema.Where(column => column.Name == name && (_keepHidden || !column.IsHidden)))
            : schema.Where(column => Keeps(column.Name));
        return new RowMap(schema, kept.Select(column => (column, column.Name)));
    }
}
