namespace Microsoft.ML.Data;

/// <summary>Columns computed from a row.</summary>
internal interface IComputedColumns
{
    IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; }

    /// <summary>The input columns that all of them are computed from.</summary>
    IEnumerable<DataViewSchema.Column> Inputs { get; }

    /// <summary>Getters of the columns, by index, that read where <paramref name="input"/> stands.</summary>
    Func<int, Delegate> Bind(DataViewRow input);
}

/// <summary>How a row is made of another: each output column is an input column, under any name, or a computed one.</summary>
internal sealed class RowMap : IRowToRowMapper
{
    private readonly int[] _sources;
    private readonly IComputedColumns? _computed;

    /// <param name="inputSchema">The columns before.</param>
    /// <param name="kept">The columns after: an input column and its new name.</param>
    /// <param name="computed">Further columns after those.</param>
    public RowMap(
        DataViewSchema inputSchema, IEnumerable<(DataViewSchema.Column Input, string Name)> kept, IComputedColumns? computed = null)
    {
        (DataViewSchema.Column Input, string Name)[] columns = [.. kept];
        DataViewSchema.Builder builder = new();
        builder.AddColumns(columns.Select(c => new DataViewSchema.DetachedColumn(c.Name, c.Input.Type, c.Input.Annotations)));
        if (computed is not null)
            builder.AddColumns(computed.Columns);
        InputSchema = inputSchema;
        OutputSchema = builder.ToSchema();
        _computed = computed;
        _sources = [.. columns.Select(c => c.Input.Index), .. Enumerable.Range(0, computed?.Columns.Count ?? 0).Select(i => ~i)];
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        SortedSet<int> inputs = [];
        foreach (DataViewSchema.Column column in new ActiveColumns(OutputSchema, dependingColumns).Columns)
        {
            int source = _sources[column.Index];
            if (source >= 0)
                inputs.Add(source);
            else
                inputs.UnionWith(_computed!.Inputs.Select(input => input.Index));
        }

        return inputs.Select(index => InputSchema[index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new MappedRow(input, new Getters(this, input, new ActiveColumns(OutputSchema, activeColumns)));

    public DataViewRowCursor GetCursor(DataViewRowCursor input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new MappedCursor(input, new Getters(this, input, new ActiveColumns(OutputSchema, activeColumns)));

    /// <summary>The getters of one row or cursor. Computed columns are bound once, when the first of them is asked for.</summary>
    private sealed class Getters(RowMap map, DataViewRow input, ActiveColumns active)
    {
        private Func<int, Delegate>? _computed;

        public DataViewSchema Schema => map.OutputSchema;

        public bool IsActive(DataViewSchema.Column column) => active.Contains(column);

        public ValueGetter<TValue> Get<TValue>(DataViewSchema.Column column)
        {
            column = active.Require(column);
            int source = map._sources[column.Index];
            if (source >= 0)
                return input.GetGetter<TValue>(input.Schema[source]);
            _computed ??= map._computed!.Bind(input);
            return _computed(~source) as ValueGetter<TValue> ?? throw Runtime.SchemaErrors.WrongGetter(column, typeof(TValue));
        }
    }

    private sealed class MappedRow(DataViewRow input, Getters getters) : DataViewRow
    {
        public override DataViewSchema Schema => getters.Schema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => getters.IsActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => getters.Get<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class MappedCursor(DataViewRowCursor input, Getters getters) : LinkedCursor(input)
    {
        public override DataViewSchema Schema => getters.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => getters.IsActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => getters.Get<TValue>(column);

        protected override bool MoveNextCore() => Input.MoveNext();
    }
}
