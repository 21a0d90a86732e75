namespace Microsoft.ML.Data;

/// <summary>A sequence of objects as a view. One object is held at a time, so the sequence may be longer than memory.</summary>
internal sealed class StreamingDataView<TRow>(IEnumerable<TRow> rows, ObjectGetters<TRow> members) : IDataView
    where TRow : class
{
    public DataViewSchema Schema => members.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => (rows as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(members, rows.GetEnumerator(), new ActiveColumns(Schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(ObjectGetters<TRow> members, IEnumerator<TRow> rows, ActiveColumns active) : CursorBase
    {
        private TRow? _current;

        public override DataViewSchema Schema => members.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            members.Create<TValue>(active.Require(column), () => EnumerableRows.Require(_current, RequirePosition()));

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)RequirePosition(), 0);

        protected override bool MoveNextCore()
        {
            bool moved = rows.MoveNext();
            _current = moved ? rows.Current : null;
            return moved;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rows.Dispose();
            base.Dispose(disposing);
        }
    }
}
