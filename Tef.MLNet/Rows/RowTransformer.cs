using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tef.MLNet.Rows;

/// <summary>A transformer that adds columns computed row by row; what follows from that for Microsoft.ML is here.</summary>
public abstract class RowTransformer : ITransformer
{
    private protected RowTransformer()
    {
    }

    /// <inheritdoc />
    public bool IsRowToRowMapper => true;

    /// <inheritdoc />
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => CreateMapper(inputSchema).OutputSchema;

    /// <inheritdoc />
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => CreateMapper(inputSchema);

    /// <inheritdoc />
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, CreateMapper(input.Schema));
    }

    /// <summary>Writes the stage into the model that <paramref name="ctx"/> saves.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        SaveStage(ctx);
    }

    private protected abstract void SaveStage(ModelSaveContext context);

    /// <summary>Checks a schema and finds the columns of the stage in it.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    private protected abstract RowMapping Bind(DataViewSchema input);

    private RowMapper CreateMapper(DataViewSchema input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RowMapper(input, Bind(input));
    }
}
