namespace Microsoft.ML.Data;

/// <summary>Marks a member whose .NET type has its own column type, and registers that pair.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public abstract class DataViewTypeAttribute : Attribute, IEquatable<DataViewTypeAttribute>
{
    protected DataViewTypeAttribute()
    {
    }

    /// <summary>Calls <see cref="DataViewTypeManager.Register(DataViewType, Type, DataViewTypeAttribute)"/>.</summary>
    public abstract void Register();

    public abstract bool Equals(DataViewTypeAttribute? other);
}
