using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(ColumnCopyingTransformer), null, typeof(SignatureLoadModel),
    "Copy Columns Transform", ColumnCopyingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>Gives columns second names. In a model file: int32 count, then for each the output's and the input's name.</summary>
public sealed class ColumnCopyingTransformer : RowToRowTransformerBase
{
    internal const string LoaderSignature = "CopyTransform";

    private static readonly VersionInfo Version = new(
        modelSignature: "COPYCOLT",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: LibraryAssembly.Data,
        loaderSignature: LoaderSignature);

    internal ColumnCopyingTransformer((string Output, string Input)[] columns)
    {
        foreach ((string output, string input) in columns)
        {
            ArgumentException.ThrowIfNullOrEmpty(output, "outputColumnName");
            ArgumentException.ThrowIfNullOrEmpty(input, "inputColumnName");
        }

        Columns = columns;
    }

    internal IReadOnlyList<(string Output, string Input)> Columns { get; }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(Columns.Count);
        foreach ((string output, string input) in Columns)
        {
            ctx.SaveNonEmptyString(output);
            ctx.SaveNonEmptyString(input);
        }
    }

    internal static ColumnCopyingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        (string, string)[] columns = new (string, string)[ctx.LoadCount()];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
        return new ColumnCopyingTransformer(columns);
    }

    private protected override RowMap CreateMap(DataViewSchema schema)
    {
        foreach ((_, string input) in Columns)
        {
            if (schema.GetColumnOrNull(input) is null)
                throw SchemaErrors.MissingColumn("inputSchema", "input", input, schema.Select(column => column.Name));
        }

        return new RowMap(
            schema, schema.Select(column => (column, column.Name)).Concat(Columns.Select(pair => (schema[pair.Input], pair.Output))));
    }
}
