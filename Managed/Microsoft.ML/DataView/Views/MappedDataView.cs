namespace Microsoft.ML.Data;

/// <summary>A view whose rows are made of another's, one of one.</summary>
internal sealed class MappedDataView(IDataView source, RowMap map) : IDataView
{
    public DataViewSchema Schema => map.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return map.GetCursor(source.GetRowCursor(map.GetDependencies(needed), rand), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return Array.ConvertAll(source.GetRowCursorSet(map.GetDependencies(needed), n, rand), input => map.GetCursor(input, needed));
    }
}
