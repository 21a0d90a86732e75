namespace Microsoft.ML.Data;

/// <summary>The type of a column: what its values mean, and the .NET type that carries them.</summary>
public abstract class DataViewType : IEquatable<DataViewType>
{
    private protected DataViewType(Type rawType)
    {
        ArgumentNullException.ThrowIfNull(rawType);
        RawType = rawType;
    }

    /// <summary>The .NET type that getters of such a column fill.</summary>
    public Type RawType { get; }

    public abstract bool Equals(DataViewType? other);
}

/// <summary>Types whose values have parts: vectors, and whatever a component brings along.</summary>
public abstract class StructuredDataViewType : DataViewType
{
    protected StructuredDataViewType(Type rawType)
        : base(rawType)
    {
    }
}

/// <summary>Types whose values are whole: numbers, text, keys, times.</summary>
public abstract class PrimitiveDataViewType : DataViewType
{
    protected PrimitiveDataViewType(Type rawType)
        : base(rawType)
    {
        if (typeof(IDisposable).IsAssignableFrom(rawType))
            throw new ArgumentException($"A primitive type cannot be carried by {rawType}, which is disposable.", nameof(rawType));
    }
}
