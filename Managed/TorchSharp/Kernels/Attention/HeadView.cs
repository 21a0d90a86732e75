namespace TorchSharp.Kernels;

/// <summary>
/// Vectors of one head size by batch, head and time, wherever they lie: a part of an interleaved [rows, 3, heads, size]
/// buffer, [batch, heads, time, size] or any other order whose last dimension is contiguous. Strides are in floats.
/// </summary>
/// <param name="data">The vector of batch 0, head 0, time 0.</param>
/// <param name="batch">From one batch entry to the next; unused with packed sequences.</param>
/// <param name="head">From one head to the next.</param>
/// <param name="time">From one position to the next.</param>
/// <param name="shared">Heads of queries that read the same head here; only for what is read.</param>
internal readonly unsafe struct HeadView(float* data, long batch, long head, long time, int shared = 1)
{
    public readonly float* Data = data;
    public readonly long Batch = batch;
    public readonly long Head = head;
    public readonly long Time = time;
    public readonly int Shared = shared;

    public bool IsNull => Data is null;
}
