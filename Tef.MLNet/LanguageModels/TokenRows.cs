using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.MLNet.Columns;

namespace Tef.MLNet.LanguageModels;

/// <summary>Walks over a column of token ids.</summary>
internal static class TokenRows
{
    /// <summary>The ids of each row. The memory is used again for the next row.</summary>
    public static IEnumerable<ReadOnlyMemory<int>> Of(IDataView view, string stage, string tokensColumnName)
    {
        DataViewSchema.Column column = SchemaCheck.Tokens(view.Schema, stage, tokensColumnName);
        return Walk(view, column);
    }

    /// <summary>Copies a value of the column.</summary>
    public static ReadOnlyMemory<int> Copy(in VBuffer<int> value, ref int[] buffer)
    {
        if (buffer.Length < value.Length)
            buffer = new int[Math.Max(value.Length, 2 * buffer.Length)];
        value.CopyTo(buffer.AsSpan(0, value.Length));
        return buffer.AsMemory(0, value.Length);
    }

    private static IEnumerable<ReadOnlyMemory<int>> Walk(IDataView view, DataViewSchema.Column column)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([column]);
        ValueGetter<VBuffer<int>> getter = cursor.GetGetter<VBuffer<int>>(column);
        VBuffer<int> value = default;
        int[] buffer = [];
        while (cursor.MoveNext())
        {
            getter(ref value);
            yield return Copy(value, ref buffer);
        }
    }
}
