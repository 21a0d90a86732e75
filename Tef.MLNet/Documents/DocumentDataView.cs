using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Text;

namespace Tef.MLNet.Documents;

/// <summary>Documents as rows. Each cursor reads the files for itself, so cursors run in parallel safely.</summary>
internal sealed class DocumentDataView : IDataView
{
    private const int TextIndex = 0;

    private readonly IEnumerable<TextDocument> _documents;

    public DocumentDataView(IEnumerable<TextDocument> documents)
    {
        _documents = documents;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Text", TextDataViewType.Instance);
        builder.AddColumn("Meta", TextDataViewType.Instance);
        Schema = builder.ToSchema();
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(Schema, _documents.GetEnumerator(), columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly IEnumerator<TextDocument> _documents;
        private readonly bool[] _active;
        private long _position = -1;

        public Cursor(DataViewSchema schema, IEnumerator<TextDocument> documents, IEnumerable<DataViewSchema.Column> columns)
        {
            Schema = schema;
            _documents = documents;
            _active = new bool[schema.Count];
            foreach (DataViewSchema.Column column in columns)
                _active[column.Index] = true;
        }

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema { get; }

        public override bool MoveNext()
        {
            bool moved = _documents.MoveNext();
            _position = moved ? _position + 1 : -1;
            return moved;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            (uint)column.Index < (uint)_active.Length && _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"Column '{column.Name}' is not active in this cursor.");
            ValueGetter<ReadOnlyMemory<char>> getter = column.Index == TextIndex
                ? (ref ReadOnlyMemory<char> value) => value = _documents.Current.Text.AsMemory()
                : (ref ReadOnlyMemory<char> value) => value = _documents.Current.Meta.AsMemory();
            return getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
                $"Column '{column.Name}' holds {typeof(ReadOnlyMemory<char>)}, not {typeof(TValue)}.");
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId value) => value = new DataViewRowId((ulong)_position, 0);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _documents.Dispose();
            base.Dispose(disposing);
        }
    }
}
