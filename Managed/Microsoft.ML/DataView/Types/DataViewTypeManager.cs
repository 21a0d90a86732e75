using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.Data;

/// <summary>Pairs of .NET types and column types that the library does not know by itself, one to one.</summary>
public static class DataViewTypeManager
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<RegisteredType, DataViewType> ColumnTypes = [];
    private static readonly Dictionary<DataViewType, RegisteredType> RawTypes = [];

    [Obsolete("Use the overload that takes one DataViewTypeAttribute.", false)]
    public static void Register(DataViewType dataViewType, Type type, IEnumerable<Attribute>? typeAttributes)
    {
        Attribute[] attributes = typeAttributes?.ToArray() ?? [];
        if (attributes.Length > 1)
            throw new ArgumentOutOfRangeException(nameof(typeAttributes), $"{type} may have one attribute, not {attributes.Length}.");
        if (attributes.Length == 1 && attributes[0] is not DataViewTypeAttribute)
        {
            throw new ArgumentOutOfRangeException(
                nameof(typeAttributes), $"{attributes[0].GetType()} does not derive from {nameof(DataViewTypeAttribute)}.");
        }

        Register(dataViewType, type, attributes.Length == 1 ? (DataViewTypeAttribute)attributes[0] : null);
    }

    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute? typeAttribute = null)
    {
        ArgumentNullException.ThrowIfNull(dataViewType);
        ArgumentNullException.ThrowIfNull(type);
        if (type == typeof(string) || PrimitiveTypes.TryGet(type, out _) || IsCarrier(type))
            throw new ArgumentOutOfRangeException(nameof(type), $"{type} has a column type already and cannot be registered.");
        RegisteredType registered = new(type, typeAttribute);
        lock (Gate)
        {
            if (ColumnTypes.TryGetValue(registered, out DataViewType? known) && !known.Equals(dataViewType))
                throw new ArgumentOutOfRangeException(nameof(type), $"{type} is registered for {known}, not for {dataViewType}.");
            if (RawTypes.TryGetValue(dataViewType, out RegisteredType? raw) && !raw.Equals(registered))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(dataViewType), $"{dataViewType} is registered for {raw.Type}, not for {type}.");
            }

            ColumnTypes[registered] = dataViewType;
            RawTypes[dataViewType] = registered;
        }
    }

    internal static bool TryGet(Type type, DataViewTypeAttribute? attribute, [NotNullWhen(true)] out DataViewType? dataViewType)
    {
        lock (Gate)
            return ColumnTypes.TryGetValue(new(type, attribute), out dataViewType);
    }

    private static bool IsCarrier(Type type)
    {
        Type? definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return definition == typeof(VBuffer<>) || definition == typeof(Nullable<>);
    }

    private sealed record RegisteredType(Type Type, DataViewTypeAttribute? Attribute);
}
