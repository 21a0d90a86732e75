using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Gives a column a second name. Nothing is copied: both columns are computed by the same getter.</summary>
public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    internal ColumnCopyingEstimator(string outputColumnName, string inputColumnName)
        : base(new ColumnCopyingTransformer([(outputColumnName, inputColumnName)]))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        List<SchemaShape.Column> copies = [];
        foreach ((string output, string input) in Transformer.Columns)
        {
            if (!inputSchema.TryFindColumn(input, out SchemaShape.Column source))
                throw SchemaErrors.MissingColumn(nameof(inputSchema), "input", input, inputSchema.Select(column => column.Name));
            copies.Add(new SchemaShape.Column(output, source.Kind, source.ItemType, source.IsKey, source.Annotations));
        }

        return inputSchema.With(copies);
    }
}
