namespace Microsoft.ML.Data;

/// <summary>Mappers one after the other.</summary>
internal sealed class CompositeRowToRowMapper(DataViewSchema inputSchema, IReadOnlyList<IRowToRowMapper> mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema => mappers.Count == 0 ? inputSchema : mappers[^1].OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mappers.Reverse().Aggregate(dependingColumns, (columns, mapper) => [.. mapper.GetDependencies(columns)]);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        // What a mapper has to compute is what the ones after it depend on.
        Stack<DataViewSchema.Column[]> needed = new([[.. activeColumns]]);
        for (int i = mappers.Count - 1; i > 0; i--)
            needed.Push([.. mappers[i].GetDependencies(needed.Peek())]);
        return mappers.Aggregate(input, (row, mapper) => mapper.GetRow(row, needed.Pop()));
    }
}
