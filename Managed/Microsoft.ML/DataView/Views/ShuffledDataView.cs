namespace Microsoft.ML.Data;

/// <summary>
/// The rows of a view in random order, with no more than a pool of them in memory: each row given is drawn from the pool,
/// and the next row of the source takes its place. A pool as large as the view shuffles evenly.
/// </summary>
/// <param name="source">The view to shuffle.</param>
/// <param name="poolSize">How many rows are held.</param>
/// <param name="shuffleSource">Whether the source is read in random order as well, if it can be.</param>
/// <param name="nextSeed">The seed of a pass over the rows, if the caller brings no random source.</param>
internal sealed class ShuffledDataView(IDataView source, int poolSize, bool shuffleSource, Func<int> nextSeed) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        rand ??= new Random(nextSeed());
        ActiveColumns active = new(Schema, columnsNeeded);
        Random? sourceRandom = shuffleSource && source.CanShuffle ? new Random(rand.Next()) : null;
        return new Cursor(source.GetRowCursor(active.Columns, sourceRandom), active, poolSize, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : LinkedCursor
    {
        private readonly ActiveColumns _active;
        private readonly Random _random;
        private readonly int _poolSize;
        private readonly Dictionary<int, ColumnStore> _stores = [];
        private readonly ColumnStore<DataViewRowId> _ids;
        private readonly Action<int>[] _writers;
        private readonly List<int> _slots = [];
        private int _drawn = -1;
        private bool _sourceEnded;

        public Cursor(DataViewRowCursor input, ActiveColumns active, int poolSize, Random random)
            : base(input)
        {
            _active = active;
            _random = random;
            _poolSize = poolSize;
            _ids = new ColumnStore<DataViewRowId>(1);
            List<Action<int>> writers = [_ids.BindWriter(input.GetIdGetter())];
            foreach (DataViewSchema.Column column in active.Columns)
            {
                ColumnStore store = ColumnStore.Create(column.Type, 1);
                _stores.Add(column.Index, store);
                writers.Add(store.BindWriter(input, column));
            }

            _writers = [.. writers];
        }

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            column = _active.Require(column);
            return _stores[column.Index] is ColumnStore<TValue> store
                ? store.CreateGetter(DrawnSlot)
                : throw Runtime.SchemaErrors.WrongGetter(column, typeof(TValue));
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _ids.CreateGetter(DrawnSlot);

        protected override bool MoveNextCore()
        {
            if (_drawn >= 0)
                Fill(_drawn);
            for (int slot = _slots.Count; slot < _poolSize && !_sourceEnded; slot++)
                Fill(slot);
            if (_slots.Count == 0)
                return false;

            // The slot drawn leaves the list and comes back with the source's next row.
            int place = _random.Next(_slots.Count);
            _drawn = _slots[place];
            _slots[place] = _slots[^1];
            _slots.RemoveAt(_slots.Count - 1);
            return true;
        }

        private void Fill(int slot)
        {
            if (_sourceEnded)
                return;
            if (!Input.MoveNext())
            {
                _sourceEnded = true;
                return;
            }

            foreach (Action<int> write in _writers)
                write(slot);
            _slots.Add(slot);
        }

        private int DrawnSlot()
        {
            RequirePosition();
            return _drawn;
        }
    }
}
