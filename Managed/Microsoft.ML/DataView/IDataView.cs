namespace Microsoft.ML;

/// <summary>
/// A table whose rows are computed when a cursor asks for them. A cursor computes the columns it was opened with and no others.
/// Several cursors over one view may run at once.
/// </summary>
public interface IDataView
{
    DataViewSchema Schema { get; }

    /// <summary>Whether a cursor honours the random source it is given.</summary>
    bool CanShuffle { get; }

    /// <summary>The number of rows if it is known without reading them.</summary>
    long? GetRowCount();

    DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null);

    /// <summary>At most <paramref name="n"/> cursors that share the rows among them, for as many threads.</summary>
    DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null);
}
