using Microsoft.Extensions.Logging;
using Tef.Core.Configuration;
using Tef.Core.Runs;

namespace Tef.Core.Tracking.ClearML;

/// <summary>
/// Shows a run as a task of a ClearML server: configuration, numbers, texts as log lines, histograms as plots, and how it ended.
/// Everything goes to the folder <c>clearml</c> of the run first; another thread sends it, in batches. While the server is away the
/// pauses between tries grow to a minute, and what is not sent when the run ends is sent when it is taken up again, or by
/// <see cref="SendPendingAsync(string, ClearMLSettings, ILogger, CancellationToken)"/>. A step that is reported twice replaces the first on the server.
/// </summary>
public sealed class ClearMLTracker : IRunTracker
{
    /// <summary>The folder in the run folder.</summary>
    public const string FolderName = "clearml";

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly ClearMLSettings _settings;
    private readonly ILogger _logger;
    private readonly Func<string, string?> _variable;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0);
    private Outbox? _outbox;
    private ClearMLClient? _client;
    private Task _sending = Task.CompletedTask;
    private volatile bool _ending;

    /// <summary>Makes a tracker that reads keys from the environment.</summary>
    /// <param name="settings">The server and the task.</param>
    /// <param name="logger">Where it is told that the server is away or says no.</param>
    public ClearMLTracker(ClearMLSettings settings, ILogger logger)
        : this(settings, logger, Environment.GetEnvironmentVariable, TimeProvider.System)
    {
    }

    internal ClearMLTracker(ClearMLSettings settings, ILogger logger, Func<string, string?> variable, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        _settings = settings;
        _logger = logger;
        _variable = variable;
        _time = time;
    }

    /// <inheritdoc />
    public string Name => "clearml";

    private long Timestamp => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private Outbox Box => _outbox ?? throw new InvalidOperationException("The tracker was not started.");

    /// <summary>Sends what is left in a run folder, such as after a run on a machine without network.</summary>
    /// <param name="runFolder">The folder of the run.</param>
    /// <param name="settings">The server.</param>
    /// <param name="logger">Where rejected events are told.</param>
    /// <param name="cancellation">Stops; what is sent by then stays sent.</param>
    /// <returns>How many events, with calls that make the task and end it, were sent.</returns>
    /// <exception cref="DirectoryNotFoundException">The run has nothing for ClearML.</exception>
    /// <exception cref="IOException">A process trains in the folder, which sends by itself.</exception>
    /// <exception cref="ClearMLException">The server is away or refuses the keys, or there are no keys; what is not sent stays.</exception>
    public static Task<int> SendPendingAsync(
        string runFolder, ClearMLSettings settings, ILogger logger, CancellationToken cancellation = default) =>
        SendPendingAsync(runFolder, settings, logger, Environment.GetEnvironmentVariable, cancellation);

    internal static async Task<int> SendPendingAsync(
        string runFolder, ClearMLSettings settings, ILogger logger, Func<string, string?> variable, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string folder = Path.Combine(runFolder, FolderName);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}': the run was not tracked by ClearML.");
        ClearMLAccess access = ClearMLAccess.Find(settings.ApiServer, variable)
            ?? throw new ClearMLException(ClearMLFailure.Refused, WithoutKeys);
        using RunLock runLock = RunLock.Take(new RunFolder(runFolder));
        using var outbox = new Outbox(folder, goesOn: true);
        using var client = new ClearMLClient(access);
        return await new ClearMLDelivery(outbox, client, logger).SendAllAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Start(TrackedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _outbox = new Outbox(Path.Combine(run.Folder, FolderName), goesOn: run.ResumedStep is not null);
        _outbox.Append(ClearMLLines.Start(_settings, run));
        if (ClearMLAccess.Find(_settings.ApiServer, _variable) is { } access)
        {
            _client = new ClearMLClient(access);
            var delivery = new ClearMLDelivery(_outbox, _client, _logger);
            _sending = Task.Run(() => SendAsync(delivery));
        }
        else
        {
            _logger.LogWarning("ClearML: {Reason} Events are kept in '{Folder}'.", WithoutKeys, Path.Combine(run.Folder, FolderName));
        }
    }

    /// <inheritdoc />
    public void Scalars(long step, IReadOnlyList<Metric> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (Metric metric in values)
        {
            Box.Append(double.IsFinite(metric.Value)
                ? ClearMLLines.Scalar(Timestamp, step, metric)
                : ClearMLLines.Log(Timestamp, "warning", $"step {step}: {metric.Name} is {metric.Value}"));
        }
    }

    /// <inheritdoc />
    public void Text(long step, string name, string text) =>
        Box.Append(ClearMLLines.Log(Timestamp, "info", $"step {step}: {name}: {text}"));

    /// <inheritdoc />
    public void Histogram(long step, string name, ReadOnlySpan<float> values)
    {
        if (Distribution.Of(values) is { } distribution)
            Box.Append(ClearMLLines.Histogram(Timestamp, step, name, distribution));
    }

    /// <inheritdoc />
    public void End(RunOutcome outcome, string? message = null)
    {
        Box.Append(ClearMLLines.End(outcome, message));
        _ending = true;
        _wake.Release();
        if (!_sending.Wait(TimeSpan.FromSeconds(_settings.EndSeconds)))
        {
            Stop();
            _logger.LogWarning(
                "ClearML: not everything could be sent; the rest is kept and will be sent when the run is taken up again.");
        }
    }

    /// <summary>Stops sending; what is not sent stays on disk.</summary>
    public void Dispose()
    {
        Stop();
        _client?.Dispose();
        _outbox?.Dispose();
        _stop.Dispose();
        _wake.Dispose();
    }

    private static string WithoutKeys =>
        $"There are no keys: set {ClearMLAccess.AccessKeyVariable} and {ClearMLAccess.SecretKeyVariable}.";

    private void Stop()
    {
        if (_sending.IsCompleted)
            return;
        _stop.Cancel();
        _sending.Wait();
    }

    private async Task SendAsync(ClearMLDelivery delivery)
    {
        var flush = TimeSpan.FromSeconds(_settings.FlushSeconds);
        TimeSpan pause = flush;
        bool isAway = false;
        try
        {
            while (true)
            {
                try
                {
                    bool last = _ending;
                    await delivery.SendAllAsync(_stop.Token).ConfigureAwait(false);
                    if (isAway)
                        _logger.LogInformation("ClearML: the server is back; everything kept was sent.");
                    isAway = false;
                    pause = flush;
                    if (last)
                        return;
                }
                catch (ClearMLException exception) when (exception.Failure == ClearMLFailure.Away)
                {
                    if (!isAway)
                        _logger.LogWarning("ClearML: {Reason} Events are kept and sent later.", exception.Message);
                    isAway = true;
                    pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
                }

                await _wake.WaitAsync(pause, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The run ended before everything was sent.
        }
#pragma warning disable CA1031 // Nobody awaits this thread before the end; whatever stops it is told, and training goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _logger.LogWarning("ClearML: {Reason} Events are kept and no longer sent.", exception.Message);
        }
    }
}
