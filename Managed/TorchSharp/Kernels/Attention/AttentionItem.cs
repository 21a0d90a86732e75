namespace TorchSharp.Kernels;

/// <summary>One head of one sequence.</summary>
internal unsafe struct AttentionItem
{
    public int Batch;
    public int Head;

    /// <summary>First row of a packed sequence, or -1.</summary>
    public int Row;

    public int Queries;
    public int Keys;

    /// <summary>Where the log-sum-exp of query 0 lies.</summary>
    public long LogSumExp;

    /// <summary>The vector at time 0 of this head in a view.</summary>
    public readonly float* Of(in HeadView view)
        => view.Data + (Head / view.Shared * view.Head) + (Row < 0 ? Batch * view.Batch : Row * view.Time);
}
