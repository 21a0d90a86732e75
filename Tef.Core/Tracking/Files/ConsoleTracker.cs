using System.Globalization;

namespace Tef.Core.Tracking.Files;

/// <summary>Writes lines of numbers and the texts; histograms are left out.</summary>
/// <param name="output">Where to write.</param>
/// <param name="interval">Steps between lines; steps with other than training numbers always get one.</param>
public sealed class ConsoleTracker(TextWriter output, int interval = 1) : IRunTracker
{
    /// <inheritdoc />
    public string Name => "console";

    /// <inheritdoc />
    public void Start(TrackedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        output.WriteLine(run.ResumedStep is { } step ? $"run {run.Name} goes on after step {step}" : $"run {run.Name} starts");
    }

    /// <inheritdoc />
    public void Scalars(long step, IReadOnlyList<Metric> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        bool isTraining(Metric metric) => metric.Name.StartsWith("train/", StringComparison.Ordinal) || IsShare(metric);
        if (step % interval != 0 && values.All(isTraining))
            return;
        IEnumerable<string> parts = values.Where(metric => !IsShare(metric)).Select(metric => $"{metric.Name} {Format(metric.Value)}");
        string[] shares = [.. values.Where(IsShare).Select(metric => metric.Value.ToString("0.00", CultureInfo.InvariantCulture))];
        if (shares.Length > 0)
            parts = parts.Append($"kept {string.Join(' ', shares)}");
        output.WriteLine($"step {step}: {string.Join(", ", parts)}");
    }

    /// <inheritdoc />
    public void Text(long step, string name, string text) => output.WriteLine($"step {step}: {name}: {text}");

    /// <inheritdoc />
    public void Histogram(long step, string name, ReadOnlySpan<float> values)
    {
    }

    /// <inheritdoc />
    public void End(RunOutcome outcome, string? message = null) =>
        output.WriteLine($"run {outcome.ToString().ToLowerInvariant()}{(message is null ? "" : $": {message}")}");

    /// <summary>Leaves the output open: it is not the tracker's.</summary>
    public void Dispose()
    {
    }

    private static bool IsShare(Metric metric) => metric.Name.StartsWith(MetricNames.KeptSharePrefix, StringComparison.Ordinal);

    private static string Format(double value) =>
        Math.Abs(value) >= 1000 ? value.ToString("N0", CultureInfo.InvariantCulture) : value.ToString("G5", CultureInfo.InvariantCulture);
}
