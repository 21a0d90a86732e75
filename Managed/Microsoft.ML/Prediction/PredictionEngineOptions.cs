using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>How a prediction engine reads its input and fills its output.</summary>
public sealed class PredictionEngineOptions
{
    /// <summary>Whether members of the output class may have no column.</summary>
    public bool IgnoreMissingColumns = true;

    public SchemaDefinition? InputSchemaDefinition;

    public SchemaDefinition? OutputSchemaDefinition;

    /// <summary>Whether the engine disposes of the transformer.</summary>
    public bool OwnsTransformer = true;

    public PredictionEngineOptions()
    {
    }
}
