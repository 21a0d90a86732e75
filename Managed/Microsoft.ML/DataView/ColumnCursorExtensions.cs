namespace Microsoft.ML.Data;

/// <summary>Reads one column.</summary>
public static class ColumnCursorExtensions
{
    /// <summary>The values of a column as long as they are asked for. Text can be had as <see cref="string"/>, vectors as arrays.</summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        return GetColumn<T>(data, data.Schema[columnName]);
    }

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        bool known = column.Index < data.Schema.Count
            && data.Schema[column.Index].Name == column.Name
            && data.Schema[column.Index].Type.Equals(column.Type);
        if (!known)
            throw new ArgumentOutOfRangeException(nameof(column), $"Column {column} with index {column.Index} is not one of this view's.");
        if (typeof(T) != column.Type.RawType && !MemberColumn.Fits(column.Type, typeof(T)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(column), $"Column '{column.Name}' of type {column.Type} cannot be read as {typeof(T)}.");
        }

        return Read<T>(data, column);
    }

    private static IEnumerable<T> Read<T>(IDataView data, DataViewSchema.Column column)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        Func<T> read = MemberReader.Create<T>(cursor, column);
        while (cursor.MoveNext())
            yield return read();
    }
}
