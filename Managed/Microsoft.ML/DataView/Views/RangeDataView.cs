namespace Microsoft.ML.Data;

/// <summary>A run of the rows of a view, in the order in which the view gives them.</summary>
internal sealed class RangeDataView(IDataView source, long skip, long take) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    /// <summary>Which rows are in the run depends on their order.</summary>
    public bool CanShuffle => false;

    public long? GetRowCount() => source.GetRowCount() is { } count ? Math.Min(Math.Max(0, count - skip), take) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(source.GetRowCursor(columnsNeeded), skip, take);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor input, long skip, long take) : LinkedCursor(input)
    {
        private long _toSkip = skip;
        private long _left = take;

        public override long Batch => 0;

        protected override bool MoveNextCore()
        {
            if (_left <= 0)
                return false;
            for (; _toSkip > 0; _toSkip--)
            {
                if (!Input.MoveNext())
                    return false;
            }

            _left--;
            return Input.MoveNext();
        }
    }
}
