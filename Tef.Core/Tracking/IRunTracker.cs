namespace Tef.Core.Tracking;

/// <summary>
/// Where a training run tells what happens: event files, tables, a console, a server. A run calls <see cref="Start"/> once, then
/// reports, then <see cref="End"/> once, from one thread at a time; steps never fall.
/// </summary>
public interface IRunTracker : IDisposable
{
    /// <summary>What to call it in messages, such as <c>tensorboard</c>.</summary>
    string Name { get; }

    /// <summary>A run starts, or goes on after <see cref="TrackedRun.ResumedStep"/>: what was reported for later steps is void.</summary>
    /// <param name="run">The run.</param>
    void Start(TrackedRun run);

    /// <summary>Numbers at a step. Several calls at one step with different names are one row where there are rows.</summary>
    /// <param name="step">Optimizer steps done.</param>
    /// <param name="values">Names, such as those of <see cref="MetricNames"/>, and values; not all of them need be finite.</param>
    void Scalars(long step, IReadOnlyList<Metric> values);

    /// <summary>A text at a step, such as a sample.</summary>
    /// <param name="step">Optimizer steps done.</param>
    /// <param name="name">What the text is.</param>
    /// <param name="text">The text, of any length.</param>
    void Text(long step, string name, string text);

    /// <summary>A distribution at a step, such as the gates of a block.</summary>
    /// <param name="step">Optimizer steps done.</param>
    /// <param name="name">What is distributed.</param>
    /// <param name="values">The values; those that are not finite are left out.</param>
    void Histogram(long step, string name, ReadOnlySpan<float> values);

    /// <summary>The run ends. What was held back is written or sent.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="message">Why, such as the message of an error; null when there is nothing to say.</param>
    void End(RunOutcome outcome, string? message = null);
}
