using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The columns a cursor was opened for.</summary>
internal sealed class ActiveColumns
{
    private readonly bool[] _active;
    private readonly DataViewSchema _schema;

    public ActiveColumns(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _schema = schema;
        _active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            if (column.Index >= schema.Count || schema[column.Index].Name != column.Name)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(columns), $"Column '{column.Name}' with index {column.Index} belongs to another schema than this view's.");
            }

            _active[column.Index] = true;
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => _schema.Where(column => _active[column.Index]);

    public bool Contains(DataViewSchema.Column column) => column.Index < _active.Length && _active[column.Index];

    /// <summary>The schema's own column, if it is active.</summary>
    public DataViewSchema.Column Require(DataViewSchema.Column column) => Contains(column)
        ? _schema[column.Index]
        : throw SchemaErrors.InactiveColumn(column);
}
