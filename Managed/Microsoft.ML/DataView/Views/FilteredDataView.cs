namespace Microsoft.ML.Data;

/// <summary>The rows of a view for which a condition holds.</summary>
/// <param name="source">The view to filter.</param>
/// <param name="inputs">The columns that the condition reads.</param>
/// <param name="bind">Gives the condition where a row stands.</param>
internal sealed class FilteredDataView(
    IDataView source, IReadOnlyList<DataViewSchema.Column> inputs, Func<DataViewRow, Func<bool>> bind) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ActiveColumns active = new(Schema, columnsNeeded);
        return new Cursor(source.GetRowCursor(Needed(active), rand), active, bind);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        ActiveColumns active = new(Schema, columnsNeeded);
        return Array.ConvertAll(
            source.GetRowCursorSet(Needed(active), n, rand), DataViewRowCursor (input) => new Cursor(input, active, bind));
    }

    private IEnumerable<DataViewSchema.Column> Needed(ActiveColumns active) =>
        Schema.Where(column => active.Contains(column) || inputs.Any(input => input.Index == column.Index));

    private sealed class Cursor(DataViewRowCursor input, ActiveColumns active, Func<DataViewRow, Func<bool>> bind) : LinkedCursor(input)
    {
        private readonly Func<bool> _passes = bind(input);

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            Input.GetGetter<TValue>(active.Require(column));

        protected override bool MoveNextCore()
        {
            while (Input.MoveNext())
            {
                if (_passes())
                    return true;
            }

            return false;
        }
    }
}
