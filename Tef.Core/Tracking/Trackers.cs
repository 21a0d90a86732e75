using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tef.Core.Configuration;
using Tef.Core.Tracking.ClearML;
using Tef.Core.Tracking.Files;
using Tef.Core.Tracking.TensorBoard;

namespace Tef.Core.Tracking;

/// <summary>Makes the trackers that settings name.</summary>
public static class Trackers
{
    /// <summary>Makes the trackers of a run; none of them writes or sends anything before it is started.</summary>
    /// <param name="settings">Which trackers, and their options.</param>
    /// <param name="console">Where <see cref="TrackerKind.Console"/> writes; <see cref="Console.Out"/> when null.</param>
    /// <param name="loggers">Where what goes wrong is told.</param>
    /// <param name="others">Trackers of the application's own, which follow the run as well.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public static TrackerGroup Create(
        TrackingSettings settings,
        TextWriter? console = null,
        ILoggerFactory? loggers = null,
        IEnumerable<IRunTracker>? others = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        ILogger logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger("Tef.Core.Tracking");
        IEnumerable<IRunTracker> named = settings.Trackers.Select<TrackerKind, IRunTracker>(kind => kind switch
        {
            TrackerKind.TensorBoard => new TensorBoardTracker(),
            TrackerKind.Csv => new CsvTracker(),
            TrackerKind.Jsonl => new JsonLinesTracker(),
            TrackerKind.Console => new ConsoleTracker(console ?? Console.Out, settings.ConsoleInterval),
            TrackerKind.ClearML => new ClearMLTracker(settings.ClearML, logger),
            _ => throw new ArgumentException($"There is no tracker {kind}.", nameof(settings)),
        });
        return new TrackerGroup([.. named, .. others ?? []], logger);
    }
}
