using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Adds the columns that a function computes of a row.</summary>
public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(CustomMappingTransformer<TSrc, TDst> transformer)
        : base(transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (SchemaShape.Column wanted in Transformer.Inputs)
        {
            if (!inputSchema.TryFindColumn(wanted.Name, out SchemaShape.Column found))
                throw SchemaErrors.MissingColumn(nameof(inputSchema), "input", wanted.Name, inputSchema.Select(column => column.Name));
            if (!wanted.Accepts(found))
                throw SchemaErrors.WrongType(nameof(inputSchema), "input", wanted.Name, wanted.GetTypeString(), found.GetTypeString());
        }

        return inputSchema.With(Transformer.Outputs);
    }
}
