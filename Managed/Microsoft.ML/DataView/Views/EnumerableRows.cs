namespace Microsoft.ML.Data;

/// <summary>Objects as a view: a list is reached by index, anything else is enumerated once per cursor.</summary>
internal static class EnumerableRows
{
    public static IDataView ToDataView<TRow>(IEnumerable<TRow> rows, SchemaDefinition? definition)
        where TRow : class
    {
        ObjectGetters<TRow> members = new(MemberColumn.Create(typeof(TRow), definition, SchemaDefinition.Direction.Read));
        return rows is IList<TRow> list ? new ListDataView<TRow>(list, members) : new StreamingDataView<TRow>(rows, members);
    }

    /// <summary>A definition whose columns have the types and annotations of a schema.</summary>
    public static SchemaDefinition DefinitionFor(Type rowType, DataViewSchema schema)
    {
        SchemaDefinition definition = SchemaDefinition.Create(rowType, SchemaDefinition.Direction.Read);
        foreach (DataViewSchema.Column column in schema.Where(column => !column.IsHidden))
        {
            SchemaDefinition.Column member = definition[column.Name] ?? throw new InvalidOperationException(
                $"The schema has a column '{column.Name}', but {rowType} has no member for it.");
            member.ColumnType = column.Type;
            member.AddAnnotations(column.Annotations);
        }

        return definition;
    }

    public static TRow Require<TRow>(TRow? row, long index)
        where TRow : class =>
        row ?? throw new InvalidOperationException($"Row {index} of the data is null.");
}
