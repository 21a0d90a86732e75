using Tef.Core.Configuration;
using Tef.Core.IO;

namespace Tef.Core.Runs;

/// <summary>The folder of a run and the names of what lies in it.</summary>
public sealed class RunFolder
{
    private const string RecordFileName = "run.json";

    /// <summary>A folder, which need not exist yet.</summary>
    /// <param name="path">The folder.</param>
    public RunFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The resolved configuration, all options of it.</summary>
    public string Configuration => In("config.yaml");

    /// <summary>State, code version, machine and result: a <see cref="RunRecord"/>.</summary>
    public string Record => In(RecordFileName);

    /// <summary>The log as lines of text.</summary>
    public string Log => In("log.txt");

    /// <summary>The log as one JSON object a line.</summary>
    public string StructuredLog => In("log.jsonl");

    /// <summary>What the model wrote after every validation: <see cref="ValidationSamples"/>, one JSON object after the other.</summary>
    public string Samples => In("generated.txt");

    /// <summary>Metrics as one JSON object a line.</summary>
    public string MetricsJsonLines => In("metrics.jsonl");

    /// <summary>Metrics as a table.</summary>
    public string MetricsCsv => In("metrics.csv");

    /// <summary>The folder of TensorBoard's event files.</summary>
    public string TensorBoard => In("tensorboard");

    /// <summary>The folder of checkpoints to resume from, unless the configuration names another.</summary>
    public string Checkpoints => In("checkpoints");

    /// <summary>The folder of the tokenizer.</summary>
    public string Tokenizer => In("tokenizer");

    /// <summary>The folder of the final model: weights, configuration and tokenizer, as the Hugging Face hub has them.</summary>
    public string Model => In("model");

    /// <summary>Whether a run was started in the folder.</summary>
    public bool Exists => File.Exists(Record);

    /// <summary>Whether a folder is that of a run.</summary>
    public static bool IsRun(string path) => File.Exists(System.IO.Path.Combine(path, RecordFileName));

    /// <summary>Reads the configuration of the run.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="OptionsException">It cannot be used.</exception>
    public TefConfiguration ReadConfiguration() => ConfigurationFiles.Load([Configuration]);

    /// <summary>Where a configuration says that the checkpoints of the run are: in the folder, unless it names an absolute path.</summary>
    /// <param name="configuration">The configuration.</param>
    public string CheckpointsOf(TefConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.Training.Checkpoints is { } options ? System.IO.Path.Combine(Path, options.Folder) : Checkpoints;
    }

    /// <summary>Makes the folder and tries to write: better now than after the training.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public void RequireWritable()
    {
        try
        {
            // An atomic file that is not committed leaves nothing behind.
            new AtomicFile(Record).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The run folder '{Path}' (run.folder) cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Makes the folder that of an interrupted run whose checkpoint lies elsewhere, such as on another machine: the same configuration
    /// then goes on from it, as if it had never been elsewhere.
    /// </summary>
    /// <param name="checkpoint">
    /// One of the two files of a checkpoint, or a folder of checkpoints or another run, of which the newest is taken.
    /// </param>
    /// <param name="configuration">The configuration to go on with.</param>
    /// <exception cref="FileNotFoundException">There is no checkpoint.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or has no configuration or tokenizer.</exception>
    /// <exception cref="InvalidOperationException">The folder has a run.</exception>
    public void TakeUp(string checkpoint, TefConfiguration configuration)
    {
        ArgumentException.ThrowIfNullOrEmpty(checkpoint);
        ArgumentNullException.ThrowIfNull(configuration);
        string source = IsRun(checkpoint) ? new RunFolder(checkpoint).CheckpointsOf(configuration) : checkpoint;
        SavedCheckpoint found = SavedCheckpoint.Find(source, null)
            ?? throw new FileNotFoundException($"There is no checkpoint '{checkpoint}' to go on from.", checkpoint);
        using RunLock runLock = RunLock.Take(this);
        string target = CheckpointsOf(configuration);
        if (Exists || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new InvalidOperationException(
                $"The folder '{Path}' has a run already; choose another run.folder to go on from '{checkpoint}' in.");
        }

        found.ReadTokenizer().Save(Tokenizer);
        found.CopyTo(target);
        AtomicFile.WriteAllText(Configuration, ConfigurationFiles.Write(configuration));
        new RunRecord
        {
            State = RunState.Interrupted,
            Version = MachineInfo.CodeVersion,
            Machine = MachineInfo.Current(),
            Started = DateTimeOffset.UtcNow,
        }.Write(Record);
    }

    /// <summary>Removes what a run leaves in its folder, and nothing else.</summary>
    /// <exception cref="IOException">A process trains in the folder.</exception>
    public void Clear()
    {
        if (!Directory.Exists(Path))
            return;
        using RunLock runLock = RunLock.Take(this);
        foreach (string file in (ReadOnlySpan<string>)[Record, Configuration, Log, StructuredLog, Samples, MetricsJsonLines, MetricsCsv])
            File.Delete(file);
        foreach (string folder in (ReadOnlySpan<string>)[Checkpoints, Tokenizer, Model, TensorBoard, In("clearml")])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
