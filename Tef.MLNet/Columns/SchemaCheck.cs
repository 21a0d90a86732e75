using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tef.MLNet.Columns;

/// <summary>Finds columns, and says what is wrong with those that a stage cannot use.</summary>
internal static class SchemaCheck
{
    private const string TextTypeName = "Text";

    private const string TokensTypeName = "Vector<Int32>";

    public static DataViewSchema.Column Text(DataViewSchema schema, string stage, string name)
    {
        DataViewSchema.Column column = Find(schema, stage, name);
        return column.Type is TextDataViewType ? column : throw WrongType(stage, name, TextTypeName, $"{column.Type}");
    }

    public static DataViewSchema.Column Tokens(DataViewSchema schema, string stage, string name)
    {
        DataViewSchema.Column column = Find(schema, stage, name);
        return IsTokens(column.Type) ? column : throw WrongType(stage, name, TokensTypeName, $"{column.Type}");
    }

    public static DataViewSchema.Column TextOrTokens(DataViewSchema schema, string stage, string name)
    {
        DataViewSchema.Column column = Find(schema, stage, name);
        return column.Type is TextDataViewType || IsTokens(column.Type)
            ? column
            : throw WrongType(stage, name, $"{TextTypeName} or {TokensTypeName}", $"{column.Type}");
    }

    public static SchemaShape.Column Text(SchemaShape schema, string stage, string name)
    {
        SchemaShape.Column column = Find(schema, stage, name);
        return IsText(column) ? column : throw WrongType(stage, name, TextTypeName, Describe(column));
    }

    public static SchemaShape.Column Tokens(SchemaShape schema, string stage, string name)
    {
        SchemaShape.Column column = Find(schema, stage, name);
        return IsTokens(column) ? column : throw WrongType(stage, name, TokensTypeName, Describe(column));
    }

    public static void TextOrTokens(SchemaShape schema, string stage, string name)
    {
        SchemaShape.Column column = Find(schema, stage, name);
        if (!IsText(column) && !IsTokens(column))
            throw WrongType(stage, name, $"{TextTypeName} or {TokensTypeName}", Describe(column));
    }

    /// <summary>A schema shape with columns added; those of the same name are replaced.</summary>
    public static SchemaShape With(this SchemaShape schema, IEnumerable<SchemaShape.Column> added)
    {
        var columns = schema.ToList();
        foreach (SchemaShape.Column column in added)
        {
            _ = columns.RemoveAll(existing => existing.Name == column.Name);
            columns.Add(column);
        }

        return new SchemaShape(columns);
    }

    private static bool IsTokens(DataViewType type) =>
        type is VectorDataViewType { ItemType: NumberDataViewType item } && item == NumberDataViewType.Int32;

    private static bool IsText(SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType is TextDataViewType;

    private static bool IsTokens(SchemaShape.Column column) =>
        column.Kind != SchemaShape.Column.VectorKind.Scalar && !column.IsKey && column.ItemType == NumberDataViewType.Int32;

    private static DataViewSchema.Column Find(DataViewSchema schema, string stage, string name) =>
        schema.GetColumnOrNull(name)
        ?? throw Missing(stage, name, schema.Where(column => !column.IsHidden).Select(column => column.Name));

    private static SchemaShape.Column Find(SchemaShape schema, string stage, string name)
    {
        foreach (SchemaShape.Column column in schema)
        {
            if (column.Name == name)
                return column;
        }

        throw Missing(stage, name, schema.Select(column => column.Name));
    }

    private static ArgumentException Missing(string stage, string name, IEnumerable<string> columns)
    {
        string found = string.Join(", ", columns.Select(column => $"'{column}'"));
        return new ArgumentException(
            $"{stage} needs a column '{name}', but the columns are: {(found.Length == 0 ? "none" : found)}.");
    }

    private static ArgumentException WrongType(string stage, string name, string expected, string found) =>
        new($"{stage} needs column '{name}' to be of type {expected}, but it is of type {found}.");

    private static string Describe(SchemaShape.Column column) => column.Kind switch
    {
        SchemaShape.Column.VectorKind.Scalar => $"{column.ItemType}",
        _ => $"Vector<{column.ItemType}>",
    };
}
