using System.Collections.Immutable;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The first rows of a view in memory, to look at.</summary>
public sealed class DataDebuggerPreview
{
    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        Schema = data.Schema;
        List<object>[] values = [.. Schema.Select(_ => new List<object>())];
        using DataViewRowCursor cursor = data.GetRowCursor(Schema);
        Func<object>[] readers = [.. Schema.Select(column =>
            (Func<object>)GenericCall.Invoke(Reader<int>, column.Type.RawType, cursor, column))];
        int rows = 0;
        for (; rows < maxRows && cursor.MoveNext(); rows++)
        {
            for (int i = 0; i < readers.Length; i++)
                values[i].Add(readers[i]());
        }

        ColumnView = [.. Schema.Select(column => new ColumnInfo(column, [.. values[column.Index]]))];
        RowView = [.. Enumerable.Range(0, rows).Select(row =>
            new RowInfo([.. Schema.Select(column => KeyValuePair.Create(column.Name, values[column.Index][row]))]))];
    }

    public DataViewSchema Schema { get; }

    public ImmutableArray<ColumnInfo> ColumnView { get; }

    public ImmutableArray<RowInfo> RowView { get; }

    public override string ToString() => $"{Schema.Count} columns, {RowView.Length} rows";

    private static Func<object> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            // Not reused: the values of all rows are kept.
            T value = default!;
            getter(ref value);
            return value!;
        };
    }

    /// <summary>A column with its values.</summary>
    public sealed class ColumnInfo
    {
        internal ColumnInfo(DataViewSchema.Column column, object[] values)
        {
            Column = column;
            Values = values;
        }

        public DataViewSchema.Column Column { get; }

        public object[] Values { get; }

        public override string ToString() => $"{Column.Name}: {Column.Type}";
    }

    /// <summary>A row with its values by column name.</summary>
    public sealed class RowInfo
    {
        internal RowInfo(KeyValuePair<string, object>[] values)
        {
            Values = values;
        }

        public KeyValuePair<string, object>[] Values { get; }

        public override string ToString() => $"{Values.Length} columns";
    }
}
