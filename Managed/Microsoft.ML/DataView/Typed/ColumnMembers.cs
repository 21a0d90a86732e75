using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>The public fields and properties of a class that can be columns, and the column that each is by default.</summary>
internal static class ColumnMembers
{
    public static IEnumerable<MemberInfo> Of(Type userType, SchemaDefinition.Direction direction)
    {
        bool reads = direction.HasFlag(SchemaDefinition.Direction.Read);
        bool writes = direction.HasFlag(SchemaDefinition.Direction.Write);
        IEnumerable<MemberInfo> fields = userType.GetFields(BindingFlags.Public | BindingFlags.Instance);
        IEnumerable<MemberInfo> properties = userType.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property =>
            property.GetIndexParameters().Length == 0
            && ((reads && property.GetGetMethod() is not null) || (writes && property.GetSetMethod() is not null)));
        return fields.Concat(properties).Where(member => member.GetCustomAttribute<NoColumnAttribute>() is null);
    }

    public static MemberInfo Find(Type userType, string name) =>
        (MemberInfo?)userType.GetField(name) ?? userType.GetProperty(name) ?? throw new ArgumentOutOfRangeException(
            nameof(name), $"{userType} has no public field or property '{name}'.");

    public static Type TypeOf(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    public static SchemaDefinition.Column Describe(MemberInfo member)
    {
        string name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
        DataViewTypeAttribute? typeAttribute = member.GetCustomAttribute<DataViewTypeAttribute>();
        typeAttribute?.Register();
        Type itemType = ItemTypeOf(TypeOf(member), out bool isVector);
        if (!isVector && DataViewTypeManager.TryGet(itemType, typeAttribute, out DataViewType? registered))
            return new(member.Name, registered, name);
        if (!PrimitiveTypes.TryGet(itemType, out PrimitiveDataViewType? primitive))
        {
            throw new ArgumentOutOfRangeException(
                nameof(member),
                $"Member '{member.Name}' of {member.DeclaringType} is a {TypeOf(member)}, for which no column type is known. "
                + "Use a number, text, truth value, time, an array or VBuffer of these, or mark it [NoColumn].");
        }

        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
            primitive = new KeyDataViewType(itemType, key.Count);
        VectorTypeAttribute? vector = member.GetCustomAttribute<VectorTypeAttribute>();
        if (vector is not null && !isVector)
        {
            throw new ArgumentOutOfRangeException(
                nameof(member), $"Member '{member.Name}' is marked [VectorType], but it is a {TypeOf(member)}.");
        }

        if (!isVector)
            return new(member.Name, primitive, name);
        return new(member.Name, new VectorDataViewType(primitive, vector is { Dimensions.Length: > 0 } ? vector.Dimensions : [0]), name);
    }

    /// <summary>
    /// The .NET type that carries an item of a member: of an array or <see cref="VBuffer{T}"/> its elements, of a string its
    /// characters.
    /// </summary>
    public static Type ItemTypeOf(Type memberType, out bool isVector)
    {
        Type itemType = memberType;
        if (memberType.IsArray)
            itemType = memberType.GetElementType()!;
        else if (memberType.IsGenericType && memberType.GetGenericTypeDefinition() == typeof(VBuffer<>))
            itemType = memberType.GetGenericArguments()[0];
        isVector = itemType != memberType;
        return itemType == typeof(string) ? typeof(ReadOnlyMemory<char>) : itemType;
    }
}
