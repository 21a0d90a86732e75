using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Tef.Core.Tracking;

/// <summary>
/// Several trackers as one, from any thread. An error of one of them reaches neither the others nor the run: its first is logged
/// as a warning, and how many followed is logged at the end.
/// </summary>
/// <param name="trackers">The trackers; the group disposes of them.</param>
/// <param name="logger">Where errors are told.</param>
public sealed class TrackerGroup(IReadOnlyList<IRunTracker> trackers, ILogger? logger = null) : IRunTracker
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly long[] _failures = new long[trackers.Count];
    private readonly Lock _lock = new();
    private bool _disposed;

    /// <inheritdoc />
    public string Name => string.Join(", ", trackers.Select(tracker => tracker.Name));

    /// <inheritdoc />
    public void Start(TrackedRun run) => Each(tracker => tracker.Start(run));

    /// <inheritdoc />
    public void Scalars(long step, IReadOnlyList<Metric> values) => Each(tracker => tracker.Scalars(step, values));

    /// <inheritdoc />
    public void Text(long step, string name, string text) => Each(tracker => tracker.Text(step, name, text));

    /// <inheritdoc />
    public void Histogram(long step, string name, ReadOnlySpan<float> values)
    {
        float[] copy = values.ToArray();
        Each(tracker => tracker.Histogram(step, name, copy));
    }

    /// <inheritdoc />
    public void End(RunOutcome outcome, string? message = null) => Each(tracker => tracker.End(outcome, message));

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            for (int i = 0; i < trackers.Count; i++)
            {
                Guarded(i, tracker => tracker.Dispose());
                if (_failures[i] > 1)
                    _logger.LogWarning("Tracker {Tracker} failed {Failures} times in this run.", trackers[i].Name, _failures[i]);
            }
        }
    }

    private void Each(Action<IRunTracker> report)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            for (int i = 0; i < trackers.Count; i++)
                Guarded(i, report);
        }
    }

    private void Guarded(int index, Action<IRunTracker> report)
    {
        try
        {
            report(trackers[index]);
        }
#pragma warning disable CA1031 // Whatever goes wrong in a tracker, hours of training are worth more.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (_failures[index]++ == 0)
            {
                _logger.LogWarning(
                    exception, "Tracker {Tracker} failed and training goes on: {Reason}", trackers[index].Name, exception.Message);
            }
        }
    }
}
