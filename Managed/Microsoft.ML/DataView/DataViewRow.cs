using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Fills <paramref name="value"/>, reusing the buffers it brings along.</summary>
public delegate void ValueGetter<TValue>(ref TValue value);

/// <summary>A row: values of columns, reached through typed getters. Not for use by two threads at once.</summary>
public abstract class DataViewRow : IDisposable
{
    protected DataViewRow()
    {
    }

    public abstract DataViewSchema Schema { get; }

    /// <summary>Grows with every row; -1 before the first and after the last.</summary>
    public abstract long Position { get; }

    /// <summary>Orders the rows of the cursors of a set: within a cursor it never falls.</summary>
    public abstract long Batch { get; }

    public abstract ValueGetter<DataViewRowId> GetIdGetter();

    public abstract bool IsColumnActive(DataViewSchema.Column column);

    public abstract ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>Rows one after the other.</summary>
public abstract class DataViewRowCursor : DataViewRow
{
    protected DataViewRowCursor()
    {
    }

    public abstract bool MoveNext();
}
