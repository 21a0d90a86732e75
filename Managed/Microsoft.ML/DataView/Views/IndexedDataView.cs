namespace Microsoft.ML.Data;

/// <summary>A view whose rows can be reached by index, so that it can be shuffled, and shared by many cursors.</summary>
internal abstract class IndexedDataView : IDataView
{
    /// <summary>How many rows in turn a cursor of a set takes: the grain in which rows are put in order again.</summary>
    private const int BatchRows = 64;

    public abstract DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public abstract long? GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        GetRowCursorSet(columnsNeeded, 1, rand)[0];

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ActiveColumns active = new(Schema, columnsNeeded);
        int count = Open(active);
        int[]? order = null;
        if (rand is not null)
        {
            order = [.. Enumerable.Range(0, count)];
            rand.Shuffle(order);
        }

        int cursors = Math.Clamp((count + BatchRows - 1) / BatchRows, 1, n);
        return [.. Enumerable.Range(0, cursors).Select(part => new Cursor(this, active, order, count, part, cursors))];
    }

    /// <summary>Readies the columns for cursors.</summary>
    /// <returns>The number of rows.</returns>
    protected abstract int Open(ActiveColumns active);

    protected abstract ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column, Func<int> rowIndex);

    protected virtual ValueGetter<DataViewRowId> CreateIdGetter(Func<int> rowIndex) =>
        (ref DataViewRowId id) => id = new DataViewRowId((ulong)rowIndex(), 0);

    /// <summary>Passes over the batches <c>part</c>, <c>part + parts</c>, … of the rows in their order.</summary>
    private sealed class Cursor(IndexedDataView view, ActiveColumns active, int[]? order, int count, int part, int parts) : CursorBase
    {
        private int _place = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Batch => parts == 1 ? 0 : _place / BatchRows;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            view.CreateGetter<TValue>(active.Require(column), RowIndex);

        public override ValueGetter<DataViewRowId> GetIdGetter() => view.CreateIdGetter(RowIndex);

        protected override bool MoveNextCore()
        {
            int next = _place + 1;
            if (_place < 0)
                next = part * BatchRows;
            else if (next % BatchRows == 0)
                next += (parts - 1) * BatchRows;
            if (next >= count)
                return false;
            _place = next;
            return true;
        }

        private int RowIndex()
        {
            RequirePosition();
            return order is null ? _place : order[_place];
        }
    }
}
