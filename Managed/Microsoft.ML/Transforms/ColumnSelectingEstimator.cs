using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Keeps the columns that are named, or those that are not.</summary>
public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(string[] columnNames, bool keepColumns, bool keepHidden)
        : base(new ColumnSelectingTransformer(columnNames, keepColumns, keepHidden, ignoreMissing: false))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Transformer.CheckNames(inputSchema.Select(column => column.Name));
        return new SchemaShape(inputSchema.Where(column => Transformer.Keeps(column.Name)));
    }
}
