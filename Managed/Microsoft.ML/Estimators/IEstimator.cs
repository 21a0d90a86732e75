namespace Microsoft.ML;

/// <summary>Learns a transformer from data.</summary>
public interface IEstimator<out TTransformer>
    where TTransformer : ITransformer
{
    TTransformer Fit(IDataView input);

    /// <summary>The columns after the transformer; an error if the columns before do not suit the estimator.</summary>
    SchemaShape GetOutputSchema(SchemaShape inputSchema);
}
