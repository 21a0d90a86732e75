using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Values of one column by index. What is stored is the store's own, what is read from it the reader's.</summary>
internal abstract class ColumnStore
{
    public static ColumnStore Create(DataViewType type, int capacity) =>
        (ColumnStore)GenericCall.Invoke(Create<int>, type.RawType, capacity);

    /// <summary>Gives the function that stores what <paramref name="row"/> has in a column at an index.</summary>
    public abstract Action<int> BindWriter(DataViewRow row, DataViewSchema.Column column);

    public static ColumnStore Create<T>(int capacity) => new ColumnStore<T>(capacity);
}

internal sealed class ColumnStore<T>(int capacity) : ColumnStore
{
    private static readonly ValueCopier<T> Copy = ValueCopy.For<T>();
    private T[] _values = new T[capacity];

    public override Action<int> BindWriter(DataViewRow row, DataViewSchema.Column column) => BindWriter(row.GetGetter<T>(column));

    public Action<int> BindWriter(ValueGetter<T> getter) => index =>
    {
        if (index >= _values.Length)
            Array.Resize(ref _values, Math.Max(index + 1, (int)Math.Min(_values.Length * 2L, Array.MaxLength)));
        getter(ref _values[index]);
    };

    public ValueGetter<T> CreateGetter(Func<int> index) => (ref T value) => Copy(in _values[index()], ref value);
}

