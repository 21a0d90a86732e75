using System.Text.Json;
using System.Text.Json.Serialization;
using Tef.Core.IO;
using Tef.Core.Training;

namespace Tef.Core.Runs;

/// <summary>Where a run stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
public enum RunState
{
    /// <summary>Training, or ended without a chance to say so.</summary>
    Running,

    /// <summary>Reached a limit of its options.</summary>
    Completed,

    /// <summary>Cancelled; it can be resumed.</summary>
    Interrupted,

    /// <summary>Ended by an error; it can be resumed when the error is put right.</summary>
    Failed,
}

/// <summary>What is known about a run, kept in its folder as <c>run.json</c>.</summary>
public sealed record RunRecord
{
    /// <summary>Where the run stands.</summary>
    public required RunState State { get; init; }

    /// <summary>Version and commit of the code that trains.</summary>
    public required string Version { get; init; }

    /// <summary>The machine that trains.</summary>
    public required MachineInfo Machine { get; init; }

    /// <summary>When the run was started first.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How often it was resumed.</summary>
    public int Resumed { get; init; }

    /// <summary>Trained numbers of the model.</summary>
    public long Parameters { get; init; }

    /// <summary>Tokens of the text to learn from.</summary>
    public long TrainingTokens { get; init; }

    /// <summary>What training did so far; null before its end.</summary>
    public TrainingResult? Result { get; init; }

    /// <summary>Why the run failed.</summary>
    public string? Error { get; init; }

    /// <summary>Reads a record.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static RunRecord Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RunJsonContext.Default.RunRecord)
                ?? throw new InvalidDataException($"{path}: a record of a run is expected, found null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is no record of a run: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the record; an old one is replaced whole.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path) =>
        AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, RunJsonContext.Default.RunRecord) + "\n");
}
