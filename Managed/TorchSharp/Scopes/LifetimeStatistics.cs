namespace TorchSharp;

public class LifetimeStatistics
{
    public long CreatedOutsideScopeCount { get; internal set; }

    public long CreatedInScopeCount { get; internal set; }

    public long DisposedOutsideScopeCount { get; internal set; }

    public long DisposedInScopeCount { get; internal set; }

    public long DetachedFromScopeCount { get; internal set; }

    public long AttachedToScopeCount { get; internal set; }

    public long ThreadTotalLiveCount =>
        CreatedOutsideScopeCount + CreatedInScopeCount - DisposedOutsideScopeCount - DisposedInScopeCount;

    public void Reset()
    {
        CreatedOutsideScopeCount = CreatedInScopeCount = 0;
        DisposedOutsideScopeCount = DisposedInScopeCount = 0;
        DetachedFromScopeCount = AttachedToScopeCount = 0;
    }

    public override string ToString() =>
        $"ThreadTotalLiveCount: {ThreadTotalLiveCount}; CreatedOutsideScopeCount: {CreatedOutsideScopeCount}; "
        + $"DisposedOutsideScopeCount: {DisposedOutsideScopeCount}; CreatedInScopeCount: {CreatedInScopeCount}; "
        + $"DisposedInScopeCount: {DisposedInScopeCount}; AttachedToScopeCount: {AttachedToScopeCount}; "
        + $"DetachedFromScopeCount: {DetachedFromScopeCount}";
}

public class ThreadDisposeScopeStatistics
{
    public LifetimeStatistics TensorStatistics { get; } = new();

    public long CreatedOutsideScopeCount => TensorStatistics.CreatedOutsideScopeCount + Others.CreatedOutsideScopeCount;

    public long CreatedInScopeCount => TensorStatistics.CreatedInScopeCount + Others.CreatedInScopeCount;

    public long DisposedOutsideScopeCount => TensorStatistics.DisposedOutsideScopeCount + Others.DisposedOutsideScopeCount;

    public long DisposedInScopeCount => TensorStatistics.DisposedInScopeCount + Others.DisposedInScopeCount;

    public long DetachedFromScopeCount => TensorStatistics.DetachedFromScopeCount + Others.DetachedFromScopeCount;

    public long AttachedToScopeCount => TensorStatistics.AttachedToScopeCount + Others.AttachedToScopeCount;

    public long ThreadTotalLiveCount => TensorStatistics.ThreadTotalLiveCount + Others.ThreadTotalLiveCount;

    /// <summary>Disposables of the user's own that a scope was given.</summary>
    internal LifetimeStatistics Others { get; } = new();

    public void Reset()
    {
        TensorStatistics.Reset();
        Others.Reset();
    }

    public override string ToString() => $"Tensors: {TensorStatistics}; others: {Others}";
}
