using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Turns a function that reads a .NET value into the getter of a column: strings into text, arrays into vectors.</summary>
internal static class MemberGetter
{
    /// <param name="read">Reads the value.</param>
    /// <param name="type">The type of the column; its raw type is the getter's.</param>
    /// <param name="what">Names the value in errors.</param>
    public static Delegate Create<TMember>(Func<TMember> read, DataViewType type, string what)
    {
        if (type is VectorDataViewType vector)
        {
            Type itemType = vector.ItemType.RawType;
            if (typeof(TMember) == typeof(string[]) && itemType == typeof(ReadOnlyMemory<char>))
                return Texts((Func<string?[]?>)(object)read, vector, what);
            if (typeof(TMember) == itemType.MakeArrayType())
                return (Delegate)GenericCall.Invoke(Items<int>, itemType, read, vector, what);
            if (typeof(TMember) == type.RawType)
                return (Delegate)GenericCall.Invoke(Vector<int>, itemType, read, vector, what);
        }
        else if (typeof(TMember) == typeof(string) && type.RawType == typeof(ReadOnlyMemory<char>))
        {
            return Text((Func<string?>)(object)read);
        }
        else if (typeof(TMember) == type.RawType)
        {
            return (ValueGetter<TMember>)((ref TMember value) => value = read());
        }

        throw new InvalidOperationException($"{what} is {type}, carried by {type.RawType}, but the value given is a {typeof(TMember)}.");
    }

    private static ValueGetter<ReadOnlyMemory<char>> Text(Func<string?> read) =>
        (ref ReadOnlyMemory<char> value) => value = read().AsMemory();

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> Texts(Func<string?[]?> read, VectorDataViewType type, string what) =>
        (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            string?[] texts = read() ?? [];
            CheckLength(type, texts.Length, what);
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, texts.Length);
            for (int i = 0; i < texts.Length; i++)
                editor.Values[i] = texts[i].AsMemory();
            value = editor.Commit();
        };

    private static ValueGetter<VBuffer<T>> Items<T>(Func<T[]?> read, VectorDataViewType type, string what) =>
        (ref VBuffer<T> value) =>
        {
            T[] items = read() ?? [];
            CheckLength(type, items.Length, what);
            VBuffer<T>.Copy(items, 0, ref value, items.Length);
        };

    private static ValueGetter<VBuffer<T>> Vector<T>(Func<VBuffer<T>> read, VectorDataViewType type, string what) =>
        (ref VBuffer<T> value) =>
        {
            VBuffer<T> source = read();
            CheckLength(type, source.Length, what);
            source.CopyTo(ref value);
        };

    private static void CheckLength(VectorDataViewType type, int length, string what)
    {
        if (type.IsKnownSize && length != type.Size)
            throw new InvalidOperationException($"{what} is {type}: {type.Size} items expected, {length} found.");
    }
}
