namespace TorchSharp;

/// <summary>
/// The last two dimensions of a Float32 tensor as the matrix kernels want them: rows or columns contiguous, a flag for which. Other
/// layouts are copied.
/// </summary>
internal readonly unsafe ref struct MatrixView
{
    private readonly TensorImpl held;

    internal MatrixView(TensorImpl source)
    {
        held = source.AddReference();
        if (!Fits(source.Shape, source.Strides))
        {
            held.Release();
            held = Elementwise.Clone(source);
        }
        long rows = held.Shape[^2], columns = held.Shape[^1], down = held.Strides[^2], across = held.Strides[^1];
        IsTransposed = !(across == 1 || columns <= 1) || (rows > 1 && down < columns);
        Data = held.As<float>();
        Rows = checked((int)rows);
        Columns = checked((int)columns);
        // A single row or column has no step that matters; the kernels still want one that is long enough.
        Stride = checked((int)(IsTransposed ? (columns <= 1 ? Math.Max(rows, 1) : across) : rows <= 1 ? Math.Max(columns, 1) : down));
        BatchStride = held.Rank > 2 ? held.Strides[0] : 0;
    }

    internal float* Data { get; }

    internal int Rows { get; }

    internal int Columns { get; }

    internal int Stride { get; }

    internal bool IsTransposed { get; }

    internal long BatchStride { get; }

    public void Dispose() => held.Release();

    private static bool Fits(long[] shape, long[] strides)
    {
        long rows = shape[^2], columns = shape[^1], down = strides[^2], across = strides[^1];
        bool byRows = (across == 1 || columns <= 1) && (rows <= 1 || down >= columns);
        bool byColumns = (down == 1 || rows <= 1) && (columns <= 1 || across >= rows);
        return byRows || byColumns;
    }
}
