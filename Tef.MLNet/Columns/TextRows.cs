using Microsoft.ML;

namespace Tef.MLNet.Columns;

/// <summary>Walks over a column of text.</summary>
internal static class TextRows
{
    /// <summary>The text of each row that has any.</summary>
    public static IEnumerable<ReadOnlyMemory<char>> Of(IDataView view, DataViewSchema.Column column)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([column]);
        ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        while (cursor.MoveNext())
        {
            ReadOnlyMemory<char> text = default;
            getter(ref text);
            if (text.Length > 0)
                yield return text;
        }
    }
}
