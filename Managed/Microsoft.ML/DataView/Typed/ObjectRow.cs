namespace Microsoft.ML.Data;

/// <summary>A row that shows one object after the other.</summary>
internal sealed class ObjectRow<TRow>(ObjectGetters<TRow> members) : DataViewRow
    where TRow : class
{
    private TRow? _current;
    private long _position = -1;

    public override DataViewSchema Schema => members.Schema;

    public override long Position => _position;

    public override long Batch => 0;

    public void MoveTo(TRow row)
    {
        _current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => members.Create<TValue>(column, () => _current!);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
}
