using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tef.MLNet.Rows;

/// <summary>A view with added columns: rows are computed while a cursor passes, and of them only the columns asked for.</summary>
internal sealed class MappedDataView(IDataView input, RowMapper mapper) : IDataView
{
    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return new Cursor(input.GetRowCursor(mapper.GetDependencies(columns), rand), mapper, columns);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        DataViewRowCursor[] cursors = input.GetRowCursorSet(mapper.GetDependencies(columns), n, rand);
        return Array.ConvertAll(cursors, DataViewRowCursor (cursor) => new Cursor(cursor, mapper, columns));
    }

    private sealed class Cursor(DataViewRowCursor input, RowMapper mapper, DataViewSchema.Column[] columns) : DataViewRowCursor
    {
        private readonly RowBinding _binding = mapper.Bind(input, columns);

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => _binding.Schema;

        public override bool MoveNext() => input.MoveNext();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _binding.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _binding.IsActive(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
