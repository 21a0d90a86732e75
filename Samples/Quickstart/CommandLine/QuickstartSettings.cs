using Tef.Core.Filtering;
using Tef.MLNet;

namespace Tef.Samples.Quickstart.CommandLine;

/// <summary>What the command line asks for; null where it leaves the choice to the preset.</summary>
internal sealed record QuickstartSettings
{
    /// <summary>Text to train on; the program writes its own when null.</summary>
    public string? Data { get; init; }

    /// <summary>Text to measure on; a share of <see cref="Data"/> is held back when null.</summary>
    public string? Valid { get; init; }

    public double Minutes { get; init; } = 1;

    public required string Out { get; init; }

    public string? Json { get; init; }

    public int Seed { get; init; } = 42;

    public string? Prompt { get; init; }

    public int? Threads { get; init; }

    public int? Layers { get; init; }

    public int? Width { get; init; }

    public int? Heads { get; init; }

    public int? Context { get; init; }

    public int? Vocabulary { get; init; }

    public int? Batch { get; init; }

    public double? LearningRate { get; init; }

    public float? Keep { get; init; }

    public bool Cuda { get; init; }

    /// <summary>The preset for the time limit, changed where the command line says so, and complete but for the time limit.</summary>
    /// <exception cref="ArgumentException">Two options contradict each other.</exception>
    public Preset ChoosePreset()
    {
        Preset preset = Presets.For(Minutes);
        TefGpt2Options model = preset.Model with
        {
            Layers = Layers ?? preset.Model.Layers,
            Width = Width ?? preset.Model.Width,
            Heads = Heads ?? preset.Model.Heads,
            Context = Context ?? preset.Model.Context,
            Tef = Keep switch
            {
                null => preset.Model.Tef,
                1 => null,
                { } keep => (preset.Model.Tef ?? TefOptions.Routed(keep)) with { Selector = new Budget(keep) },
            },
            Seed = Seed,
            Training = preset.Model.Training with
            {
                BatchSize = Batch ?? preset.Model.Training.BatchSize,
                LearningRate = LearningRate ?? preset.Model.Training.LearningRate,
            },
        };
        return new Preset(Vocabulary ?? preset.Vocabulary, model);
    }
}
