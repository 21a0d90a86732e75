using Tef.Core.Models;

namespace Tef.Core.Configuration;

/// <summary>Where a run computes and where it leaves what it makes.</summary>
public sealed record RunSettings
{
    /// <summary>The run folder: resolved configuration, metrics, samples, checkpoints, model.</summary>
    public string Folder { get; init; } = "runs/default";

    /// <summary>
    /// A model to start from instead of fresh weights: a run folder, a checkpoint or a folder of the Hugging Face hub. Its sizes and its
    /// tokenizer are used; token filters that it lacks start by keeping everything.
    /// </summary>
    public string? StartFrom { get; init; }

    /// <summary>The same seed gives the same first weights.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>The device: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the tensor engine; all processors when zero.</summary>
    public int Threads { get; init; }

    /// <summary>The backend by name; <c>auto</c> takes the one registered last.</summary>
    public string Backend { get; init; } = "auto";

    /// <summary>The token filter kernels by name; <c>auto</c> takes the fastest that can serve the device.</summary>
    public string TokenFilterKernels { get; init; } = "auto";

    /// <summary>How generation stores the weights: fewer bits are faster and cost a little accuracy.</summary>
    public InferencePrecision Precision { get; init; }

    /// <summary>Beginnings that the model continues after every validation, with the options for generation; texts from nothing when empty.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        if (Folder.Length == 0)
            throw new ArgumentException("Folder must not be empty.", nameof(Folder));
        OptionGuard.AtLeast(Threads, 0);
    }
}
