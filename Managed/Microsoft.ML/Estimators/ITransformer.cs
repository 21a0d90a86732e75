using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Turns a view into another.</summary>
public interface ITransformer : ICanSaveModel
{
    /// <summary>Whether every output row comes of one input row, so that the transformer can serve single rows.</summary>
    bool IsRowToRowMapper { get; }

    DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    IDataView Transform(IDataView input);

    IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema);
}
