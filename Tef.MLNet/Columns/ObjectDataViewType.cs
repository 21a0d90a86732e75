using Microsoft.ML.Data;

namespace Tef.MLNet.Columns;

/// <summary>
/// The type of annotations that carry a .NET object from one stage of a pipeline to the next. Not a type of columns: rows hold
/// no such values.
/// </summary>
/// <typeparam name="T">The class or interface of the object.</typeparam>
internal sealed class ObjectDataViewType<T> : StructuredDataViewType
    where T : class
{
    private ObjectDataViewType()
        : base(typeof(T))
    {
    }

    public static ObjectDataViewType<T> Instance { get; } = new();

    public override bool Equals(DataViewType? other) => other is ObjectDataViewType<T>;

    public override bool Equals(object? obj) => obj is ObjectDataViewType<T>;

    public override int GetHashCode() => typeof(T).GetHashCode();

    public override string ToString() => typeof(T).Name;
}
