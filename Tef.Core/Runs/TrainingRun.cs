using Microsoft.Extensions.Logging;
using Tef.Core.Checkpoints;
using Tef.Core.Configuration;
using Tef.Core.IO;
using Tef.Core.Models;
using Tef.Core.Tracking;
using Tef.Core.Training;

namespace Tef.Core.Runs;

/// <summary>
/// A training run as its configuration describes it, in a folder of its own: tokenizer, texts, model, checkpoints, samples, final
/// model and a record of what happened. A run that was stopped, at any moment, goes on where it was.
/// </summary>
/// <example>
/// <code>
/// TefConfiguration configuration = ConfigurationFiles.Load(["configs/training/tinystories.yaml"], ["data.train=stories.txt"]);
/// using TrainingRun run = TrainingRun.Prepare(configuration, backend);
/// RunRecord record = run.Train();
/// </code>
/// </example>
public sealed class TrainingRun : IDisposable
{
    internal const string LogCategory = "Tef.Run";

    private readonly ILanguageModelBackend _backend;
    private readonly TrainingRunOptions _options;
    private readonly ILogger _logger;
    private readonly RunTexts _texts;
    private readonly RunLock _lock;
    private RunRecord _record;
    private bool _begun;

    private TrainingRun(
        TefConfiguration configuration,
        ILanguageModelBackend backend,
        TrainingRunOptions options,
        RunFolder folder,
        RunLock runLock,
        RunStart start)
    {
        Configuration = configuration;
        Folder = folder;
        Tokenizer = start.Tokenizer;
        Model = start.Model;
        Data = start.Data;
        _texts = start.Texts;
        Resumes = start.Before is not null;
        _backend = backend;
        _options = options;
        _logger = options.Loggers.CreateLogger(LogCategory);
        _lock = runLock;
        _record = new RunRecord
        {
            State = RunState.Running,
            Version = MachineInfo.CodeVersion,
            Machine = MachineInfo.Current(),
            Started = start.Before?.Started ?? DateTimeOffset.UtcNow,
            Resumed = start.Before is null ? 0 : start.Before.Resumed + 1,
            Parameters = Model.ParameterCount,
            TrainingTokens = Data.Training.Count,
        };
    }

    /// <summary>The resolved configuration.</summary>
    public TefConfiguration Configuration { get; }

    /// <summary>The folder of the run.</summary>
    public RunFolder Folder { get; }

    /// <summary>The tokenizer, trained or loaded.</summary>
    public RunTokenizer Tokenizer { get; }

    /// <summary>The model; before training with fresh weights or those that the run starts from.</summary>
    public ILanguageModel Model { get; }

    /// <summary>The texts as tokens.</summary>
    public TrainingData Data { get; }

    /// <summary>Whether an earlier run in the folder goes on.</summary>
    public bool Resumes { get; }

    /// <summary>Makes everything ready: folder, tokenizer, texts, model.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="backend">What the model computes with.</param>
    /// <param name="options">Defaults when null.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The configuration contradicts itself or names no text.</exception>
    /// <exception cref="FileNotFoundException">A text, a tokenizer or a model is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="InvalidOperationException">The folder has a run that has ended or is of another configuration.</exception>
    /// <exception cref="IOException">The folder cannot be written, or another process trains in it.</exception>
    public static TrainingRun Prepare(
        TefConfiguration configuration,
        ILanguageModelBackend backend,
        TrainingRunOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(backend);
        options ??= new TrainingRunOptions();
        var folder = new RunFolder(configuration.Run.Folder);
        folder.RequireWritable();
        RunLock runLock = RunLock.Take(folder);
        try
        {
            configuration = WithCheckpoints(configuration);
            RunRecord? before = FindEarlier(configuration, folder);
            RunStart start = RunStart.Create(configuration, folder, backend, before, options, cancellation);
            return new TrainingRun(configuration, backend, options, folder, runLock, start);
        }
        catch
        {
            runLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Trains until a limit is reached or the caller cancels, writes samples after every validation, and leaves the best weights as
    /// the final model.
    /// </summary>
    /// <param name="progress">Told about every step, on the training thread.</param>
    /// <param name="cancellation">Ends training after the current step; the run can be resumed.</param>
    /// <returns>What happened; it stands in <c>run.json</c> too.</returns>
    /// <exception cref="InvalidOperationException">Checkpoints are of another configuration, or the loss is no number any more.</exception>
    public RunRecord Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        // What an earlier run says of itself stays until this one has taken it up.
        if (!Resumes)
            Begin();
        using var trackers = Trackers.Create(Configuration.Tracking, _options.Console, _options.Loggers, _options.Trackers);
        trackers.Start(Describe());
        try
        {
            var samples = new SampleWriter(this, trackers, _logger, cancellation);
            var observers = new TrackedProgress(trackers, Configuration.Tracking.Interval, new ProgressGroup(new Beginning(this), progress, samples));
            TrainingResult result = _backend.Train(Model, Data, TrainingInFolder(), observers, cancellation);
            Begin();
            Tokenizer.SaveWith(Model, Folder.Model, anyArchitecture: true);
            bool interrupted = result.End == TrainingEnd.Cancelled;
            Save(_record with
            {
                State = interrupted ? RunState.Interrupted : RunState.Completed,
                Ended = DateTimeOffset.UtcNow,
                Result = result,
            });
            trackers.End(interrupted ? RunOutcome.Cancelled : RunOutcome.Completed);
            return _record;
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "The run failed: {Problem}", exception.Message);
            if (_begun)
                Save(_record with { State = RunState.Failed, Ended = DateTimeOffset.UtcNow, Error = exception.Message });
            trackers.End(RunOutcome.Failed, exception.Message);
            throw;
        }
    }

    /// <summary>Looks for a learning rate by a range test; model and folder stay as they are.</summary>
    /// <param name="search">Range and steps; defaults when null.</param>
    /// <param name="progress">Told about every step.</param>
    /// <param name="cancellation">Stops after the current step, with what there is.</param>
    public LearningRateCurve FindLearningRate(
        LearningRateSearchOptions? search = null, IProgress<LearningRatePoint>? progress = null, CancellationToken cancellation = default) =>
        _backend.FindLearningRate(
            Model, Data, Configuration.Training with { Checkpoints = null }, search, progress, cancellation);

    /// <summary>Frees the weights, the texts and the folder.</summary>
    public void Dispose()
    {
        Model.Dispose();
        _texts.Dispose();
        _lock.Dispose();
    }

    private static TefConfiguration WithCheckpoints(TefConfiguration configuration) => configuration with
    {
        Training = configuration.Training with { Checkpoints = configuration.Training.Checkpoints ?? new CheckpointOptions() },
    };

    /// <summary>
    /// Checkpoints lie in the run folder, unless their folder is an absolute path, and can do without it: configuration and tokenizer
    /// are in them.
    /// </summary>
    private TrainingOptions TrainingInFolder() => Configuration.Training with
    {
        Checkpoints = Configuration.Training.Checkpoints! with
        {
            Folder = Folder.CheckpointsOf(Configuration),
            Configuration = ConfigurationFiles.Write(Configuration),
            Files = Tokenizer.Files,
        },
    };

    private static RunRecord? FindEarlier(TefConfiguration configuration, RunFolder folder)
    {
        if (!folder.Exists)
            return null;
        RunRecord before = RunRecord.Read(folder.Record);
        string stored = File.Exists(folder.Configuration) ? OptionsJson.Write(folder.ReadConfiguration().Training) : "";
        if (before.State == RunState.Completed && stored == OptionsJson.Write(configuration.Training))
        {
            throw new InvalidOperationException(
                $"The run in '{folder.Path}' has ended after {before.Result?.Steps} steps. To train on, raise its limit (training.epochs, "
                + "training.maxSteps or training.minutes); to begin anew, choose another run.folder or restart it (--restart).");
        }

        return before;
    }

    private void Begin()
    {
        if (_begun)
            return;
        _begun = true;
        AtomicFile.WriteAllText(Folder.Configuration, ConfigurationFiles.Write(Configuration));
        Save(_record);
    }

    private void Save(RunRecord record)
    {
        _record = record;
        record.Write(Folder.Record);
    }

    private TrackedRun Describe() => new()
    {
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder.Path))),
        Folder = Folder.Path,
        Configuration = Configuration,
        Machine = new Dictionary<string, string>
        {
            ["machine"] = _record.Machine.Name,
            ["system"] = _record.Machine.System,
            ["runtime"] = _record.Machine.Runtime,
            ["processor"] = $"{_record.Machine.Processor}, {_record.Machine.Processors} usable",
            ["version"] = _record.Version,
        },
        ResumedStep = Resumes ? new CheckpointFolder(TrainingInFolder().Checkpoints!).FindLatest()?.Step ?? 0 : null,
    };

    /// <summary>The first step shows that checkpoints and configuration belong together.</summary>
    private sealed class Beginning(TrainingRun run) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => run.Begin();
    }
}
