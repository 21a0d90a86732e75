using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tef.MLNet.Rows;

/// <summary>Rows of one schema with the columns of a <see cref="RowMapping"/> behind their own.</summary>
internal sealed class RowMapper : IRowToRowMapper
{
    private readonly RowMapping _mapping;

    public RowMapper(DataViewSchema input, RowMapping mapping)
    {
        InputSchema = input;
        _mapping = mapping;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        builder.AddColumns(mapping.Columns);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new SortedSet<int>();
        foreach (DataViewSchema.Column column in dependingColumns)
        {
            if (column.Index < InputSchema.Count)
                _ = needed.Add(column.Index);
            else
                needed.UnionWith(_mapping.DependenciesOf(column.Index - InputSchema.Count).Select(dependency => dependency.Index));
        }

        return needed.Select(index => InputSchema[index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new MappedRow(input, Bind(input, activeColumns));

    /// <summary>Connects the mapping to a moving row of the input schema.</summary>
    public RowBinding Bind(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new(this, _mapping, input, activeColumns);
}
