using System.Text.Json.Serialization;

namespace Tef.Core.Training;

/// <summary>Where a training run leaves checkpoints from which it can be taken up again, to the last bit.</summary>
public sealed record CheckpointOptions
{
    /// <summary>The folder; created when missing. In a run it is relative to the run folder.</summary>
    public string Folder { get; init; } = "checkpoints";

    /// <summary>Steps between checkpoints; one after every validation when zero. The end of a run always makes one.</summary>
    public int Interval { get; init; }

    /// <summary>The newest checkpoints to keep. With two, a damaged one has another before it.</summary>
    public int KeepLast { get; init; } = 2;

    /// <summary>Checkpoints with the best <see cref="TrainingOptions.Monitor"/> to keep besides.</summary>
    public int KeepBest { get; init; } = 1;

    /// <summary>Goes on from the newest usable checkpoint in the folder; otherwise checkpoints found there are an error.</summary>
    public bool Resume { get; init; } = true;

    /// <summary>
    /// The resolved configuration of the run in the caller's own words, such as YAML; stored in every checkpoint and given back by
    /// <see cref="Checkpoints.CheckpointManifest.Configuration"/>. No option of a file.
    /// </summary>
    [JsonIgnore]
    public string? Configuration { get; init; }

    /// <summary>
    /// Files that the model needs besides its weights, such as those of its tokenizer, by name and content; stored in every checkpoint
    /// and given back by <see cref="Checkpoints.CheckpointFolder.ReadFiles"/>. None when null. No option of a file.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, byte[]>? Files { get; init; }

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        if (Folder.Length == 0)
            throw new ArgumentException("Folder must not be empty.", nameof(Folder));
        OptionGuard.AtLeast(Interval, 0);
        OptionGuard.AtLeast(KeepLast, 1);
        OptionGuard.AtLeast(KeepBest, 0);
    }
}
