using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tef.MLNet.Rows;

/// <summary>One row that its owner moves, as prediction engines do.</summary>
internal sealed class MappedRow(DataViewRow input, RowBinding binding) : DataViewRow
{
    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => binding.Schema;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => binding.GetGetter<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => binding.IsActive(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}
