using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// Reads a column of a row as a .NET value of the caller's choice: text as string, vectors as arrays. Values read are the caller's
/// own.
/// </summary>
internal static class MemberReader
{
    public static Func<TMember> Create<TMember>(DataViewRow row, DataViewSchema.Column column)
    {
        Type itemType = PrimitiveTypes.ItemTypeOf(column.Type).RawType;
        object reader;
        if (typeof(TMember) == typeof(string) && column.Type.RawType == typeof(ReadOnlyMemory<char>))
            reader = Text(row, column);
        else if (column.Type is not VectorDataViewType && typeof(TMember) == column.Type.RawType)
            reader = Value<TMember>(row, column);
        else if (column.Type is VectorDataViewType && typeof(TMember) == column.Type.RawType)
            reader = GenericCall.Invoke(Vector<int>, itemType, row, column);
        else if (column.Type is VectorDataViewType && typeof(TMember) == typeof(string[]) && itemType == typeof(ReadOnlyMemory<char>))
            reader = Texts(row, column);
        else if (column.Type is VectorDataViewType && typeof(TMember) == itemType.MakeArrayType())
            reader = GenericCall.Invoke(Items<int>, itemType, row, column);
        else
        {
            throw new ArgumentOutOfRangeException(
                nameof(column), $"Column '{column.Name}' of type {column.Type} cannot be read as {typeof(TMember)}.");
        }

        return (Func<TMember>)reader;
    }

    private static Func<string> Text(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            return value.ToString();
        };
    }

    private static Func<T> Value<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return value;
        };
    }

    private static Func<VBuffer<T>> Vector<T>(DataViewRow row, DataViewSchema.Column column) => Value<VBuffer<T>>(row, column);

    private static Func<T[]> Items<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            T[] items = new T[value.Length];
            value.CopyTo(items);
            return items;
        };
    }

    private static Func<string[]> Texts(DataViewRow row, DataViewSchema.Column column)
    {
        Func<ReadOnlyMemory<char>[]> items = Items<ReadOnlyMemory<char>>(row, column);
        return () => Array.ConvertAll(items(), text => text.ToString());
    }
}
