using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Estimators made of a function of the caller's.</summary>
public static class CustomMappingCatalog
{
    /// <summary>Computes the members of <typeparamref name="TDst"/> from those of <typeparamref name="TSrc"/>, once per row.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="mapAction">Fills the output object; it may be called by several threads at once.</param>
    /// <param name="contractName">The name under which a model file asks for the function; null if it is never saved.</param>
    /// <param name="inputSchemaDefinition">How the input class maps to columns, where attributes do not suffice.</param>
    /// <param name="outputSchemaDefinition">The same of the output class.</param>
    public static CustomMappingEstimator<TSrc, TDst> CustomMapping<TSrc, TDst>(
        this TransformsCatalog catalog,
        Action<TSrc, TDst> mapAction,
        string? contractName,
        SchemaDefinition? inputSchemaDefinition = null,
        SchemaDefinition? outputSchemaDefinition = null)
        where TSrc : class, new()
        where TDst : class, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(mapAction);
        return new CustomMappingEstimator<TSrc, TDst>(
            new CustomMappingTransformer<TSrc, TDst>(mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition));
    }
}
