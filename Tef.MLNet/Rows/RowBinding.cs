using Microsoft.ML;

namespace Tef.MLNet.Rows;

/// <summary>A mapper connected to one moving row: what its row and its cursor have in common.</summary>
internal sealed class RowBinding
{
    private readonly DataViewRow _input;
    private readonly int _inputColumns;
    private readonly bool[] _active;
    private readonly RowState? _state;

    public RowBinding(RowMapper mapper, RowMapping mapping, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        _input = input;
        _inputColumns = mapper.InputSchema.Count;
        Schema = mapper.OutputSchema;
        _active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in activeColumns)
            _active[column.Index] = true;
        if (_active.AsSpan(_inputColumns).Contains(true))
            _state = mapping.CreateState(input);
    }

    public DataViewSchema Schema { get; }

    public bool IsActive(DataViewSchema.Column column) => (uint)column.Index < (uint)_active.Length && _active[column.Index];

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' is not active in this cursor.");
        if (column.Index < _inputColumns)
            return _input.GetGetter<TValue>(_input.Schema[column.Index]);
        return _state!.GetGetter(column.Index - _inputColumns) as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Column '{column.Name}' holds {Schema[column.Index].Type.RawType}, not {typeof(TValue)}.");
    }
}
