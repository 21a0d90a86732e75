namespace Microsoft.ML.Data;

/// <summary>A list of objects as a view.</summary>
internal sealed class ListDataView<TRow>(IList<TRow> rows, ObjectGetters<TRow> members) : IndexedDataView
    where TRow : class
{
    public override DataViewSchema Schema => members.Schema;

    public override long? GetRowCount() => rows.Count;

    protected override int Open(ActiveColumns active) => rows.Count;

    protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column, Func<int> rowIndex) =>
        members.Create<TValue>(column, () => EnumerableRows.Require(rows[rowIndex()], rowIndex()));
}
