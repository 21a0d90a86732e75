using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A member of a class bound to a column, with a column type that fits the member.</summary>
internal sealed record MemberColumn(string Name, DataViewType Type, MemberInfo Member, DataViewSchema.Annotations Annotations)
{
    public Type MemberType => ColumnMembers.TypeOf(Member);

    public static MemberColumn[] Create(Type userType, SchemaDefinition? definition, SchemaDefinition.Direction direction) =>
        [.. (definition ?? SchemaDefinition.Create(userType, direction)).Select(column => Create(userType, column))];

    public static DataViewSchema ToSchema(IEnumerable<MemberColumn> columns)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumns(columns.Select(column => new DataViewSchema.DetachedColumn(column.Name, column.Type, column.Annotations)));
        return builder.ToSchema();
    }

    /// <summary>Whether values of a column type can be put into a member of a .NET type.</summary>
    public static bool Fits(DataViewType columnType, Type memberType)
    {
        Type itemType = ColumnMembers.ItemTypeOf(memberType, out bool isVector);
        return isVector == columnType is VectorDataViewType && PrimitiveTypes.ItemTypeOf(columnType).RawType == itemType;
    }

    private static MemberColumn Create(Type userType, SchemaDefinition.Column column)
    {
        MemberInfo member = ColumnMembers.Find(userType, column.MemberName);
        string name = string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName;
        DataViewType type = column.ColumnType ?? ColumnMembers.Describe(member).ColumnType;
        if (!Fits(type, ColumnMembers.TypeOf(member)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(column), $"Column '{name}' is to be {type}, but member '{member.Name}' is a {ColumnMembers.TypeOf(member)}.");
        }

        return new MemberColumn(name, type, member, column.Annotations);
    }
}
