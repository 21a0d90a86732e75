namespace Microsoft.ML.Data;

/// <summary>Keeps the position of a cursor: -1 before the first row and after the last.</summary>
internal abstract class CursorBase : DataViewRowCursor
{
    private long _position = -1;
    private bool _ended;

    public sealed override long Position => _position;

    public override long Batch => 0;

    public sealed override bool MoveNext()
    {
        if (_ended)
            return false;
        if (MoveNextCore())
        {
            _position++;
            return true;
        }

        _ended = true;
        _position = -1;
        return false;
    }

    protected abstract bool MoveNextCore();

    /// <summary>The index of the current row among all that the cursor passed; an error where there is none.</summary>
    protected long RequirePosition() => _position >= 0 ? _position : throw new InvalidOperationException(
        "The cursor stands at no row: MoveNext was not called, or it returned false.");
}
