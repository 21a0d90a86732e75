using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.MLNet.Interop;

namespace Tef.MLNet.Columns;

/// <summary>Writes and reads annotations that carry objects.</summary>
internal static class ColumnAnnotations
{
    public static void AddObject<T>(this DataViewSchema.Annotations.Builder builder, string kind, T value)
        where T : class =>
        builder.Add(kind, ObjectDataViewType<T>.Instance, (ref T destination) => destination = value);

    public static void AddText(this DataViewSchema.Annotations.Builder builder, string kind, string value) =>
        builder.Add(kind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> destination) => destination = value.AsMemory());

    /// <summary>The object on a column, or null.</summary>
    public static T? FindObject<T>(this DataViewSchema.Column column, string kind)
        where T : class
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind) is not { } annotation || annotation.Type is not ObjectDataViewType<T>)
            return null;
        T value = null!;
        column.Annotations.GetValue(kind, ref value);
        return value;
    }

    /// <summary>The text on a column, or null.</summary>
    public static string? FindText(this DataViewSchema.Column column, string kind)
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind) is not { } annotation || annotation.Type is not TextDataViewType)
            return null;
        ReadOnlyMemory<char> value = default;
        column.Annotations.GetValue(kind, ref value);
        return value.ToString();
    }

    /// <summary>The last visible column that carries an object of a kind.</summary>
    public static DataViewSchema.Column? LastWith<T>(this DataViewSchema schema, string kind)
        where T : class
    {
        for (int i = schema.Count - 1; i >= 0; i--)
        {
            if (!schema[i].IsHidden && schema[i].FindObject<T>(kind) is not null)
                return schema[i];
        }

        return null;
    }

    /// <summary>The annotation as it is announced before there is data.</summary>
    public static SchemaShape.Column ObjectShape<T>(string kind)
        where T : class =>
        MicrosoftMLInterop.CreateColumn(kind, SchemaShape.Column.VectorKind.Scalar, ObjectDataViewType<T>.Instance);

    /// <summary>The annotation as it is announced before there is data.</summary>
    public static SchemaShape.Column TextShape(string kind) =>
        MicrosoftMLInterop.CreateColumn(kind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance);

    public static bool Has<T>(this SchemaShape.Column column, string kind)
        where T : class =>
        column.Annotations.Any(annotation => annotation.Name == kind && annotation.ItemType is ObjectDataViewType<T>);
}
