namespace Microsoft.ML.Runtime;

/// <summary>Errors about columns, worded alike everywhere.</summary>
internal static class SchemaErrors
{
    public static ArgumentOutOfRangeException MissingColumn(string parameter, string role, string column, IEnumerable<string> available) =>
        new(parameter, $"Could not find {role} column '{column}'. The columns are: {string.Join(", ", available.Select(c => $"'{c}'"))}.");

    public static ArgumentOutOfRangeException WrongType(string parameter, string role, string column, string expected, string found) =>
        new(parameter, $"Schema mismatch for {role} column '{column}': expected {expected}, got {found}");

    public static InvalidOperationException WrongGetter(DataViewSchema.Column column, Type asked) =>
        new($"A getter of {asked} was asked for column '{column.Name}' of type {column.Type}, whose values are {column.Type.RawType}.");

    public static InvalidOperationException InactiveColumn(DataViewSchema.Column column) =>
        new($"Column '{column.Name}' is not active: the cursor was not opened for it.");
}
