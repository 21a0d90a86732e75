using Tef.Core.Tracking;

namespace Tef.Tests.Core.Tracking;

/// <summary>Writes down what it is told.</summary>
internal sealed class RecordingTracker : IRunTracker
{
    public List<string> Calls { get; } = [];

    public string Name => "recording";

    public void Start(TrackedRun run) => Calls.Add($"start {run.Name}");

    public void Scalars(long step, IReadOnlyList<Metric> values) =>
        Calls.Add($"{step} {string.Join(' ', values.Select(metric => $"{metric.Name}={metric.Value}"))}");

    public void Text(long step, string name, string text) => Calls.Add($"{step} {name}: {text}");

    public void Histogram(long step, string name, ReadOnlySpan<float> values) => Calls.Add($"{step} {name} {values.Length} values");

    public void End(RunOutcome outcome, string? message = null) => Calls.Add($"end {outcome}");

    public void Dispose() => Calls.Add("dispose");
}
