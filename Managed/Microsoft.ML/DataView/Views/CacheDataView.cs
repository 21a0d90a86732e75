namespace Microsoft.ML.Data;

/// <summary>A view that keeps in memory what was read once. A column is read when the first cursor asks for it.</summary>
internal sealed class CacheDataView : IndexedDataView
{
    private readonly IDataView _source;
    private readonly Lock _gate = new();
    private readonly ColumnStore?[] _columns;
    private ColumnStore<DataViewRowId>? _ids;
    private int _rows;

    public CacheDataView(IDataView source, IEnumerable<DataViewSchema.Column> prefetch)
    {
        _source = source;
        _columns = new ColumnStore?[source.Schema.Count];
        DataViewSchema.Column[] columns = [.. prefetch];
        if (columns.Length > 0)
            Open(new ActiveColumns(Schema, columns));
    }

    public override DataViewSchema Schema => _source.Schema;

    public override long? GetRowCount()
    {
        lock (_gate)
            return _ids is null ? _source.GetRowCount() : _rows;
    }

    protected override int Open(ActiveColumns active)
    {
        lock (_gate)
        {
            DataViewSchema.Column[] missing = [.. active.Columns.Where(column => _columns[column.Index] is null)];
            if (_ids is null || missing.Length > 0)
                Read(missing);
            return _rows;
        }
    }

    protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column, Func<int> rowIndex) =>
        _columns[column.Index] is ColumnStore<TValue> store
            ? store.CreateGetter(rowIndex)
            : throw Runtime.SchemaErrors.WrongGetter(column, typeof(TValue));

    protected override ValueGetter<DataViewRowId> CreateIdGetter(Func<int> rowIndex) => _ids!.CreateGetter(rowIndex);

    private void Read(DataViewSchema.Column[] columns)
    {
        int capacity = (int)Math.Clamp(GetRowCount() ?? 16, 1, Array.MaxLength);
        ColumnStore[] stores = Array.ConvertAll(columns, column => ColumnStore.Create(column.Type, capacity));
        ColumnStore<DataViewRowId> ids = new(capacity);
        using DataViewRowCursor cursor = _source.GetRowCursor(columns);
        Action<int> writeId = ids.BindWriter(cursor.GetIdGetter());
        Action<int>[] writers = [writeId, .. stores.Select((store, i) => store.BindWriter(cursor, columns[i]))];
        int rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            foreach (Action<int> write in writers)
                write(rows);
        }

        if (_ids is not null && rows != _rows)
        {
            throw new InvalidOperationException(
                $"The cached view had {_rows} rows when it was read first, and {rows} when it was read again.");
        }

        (_ids, _rows) = (ids, rows);
        for (int i = 0; i < columns.Length; i++)
            _columns[columns[i].Index] = stores[i];
    }
}
