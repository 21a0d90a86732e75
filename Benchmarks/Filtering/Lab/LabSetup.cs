using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>A size of text and model that the experiments are made in.</summary>
internal sealed record LabSetup
{
    public required string Name { get; init; }

    /// <summary>What names of runs begin with.</summary>
    public required string Prefix { get; init; }

    /// <summary>The model with all tokens in all blocks.</summary>
    public required Gpt2Options Dense { get; init; }

    /// <summary>Sequences of a step.</summary>
    public required int Batch { get; init; }

    public required OptimizerKind Optimizer { get; init; }

    /// <summary>Steps of the runs at equal steps unless told otherwise.</summary>
    public required int Steps { get; init; }

    /// <summary>Seeds of the runs that models are compared by.</summary>
    public required int Seeds { get; init; }

    /// <summary>
    /// Step times of <c>tef steps</c> over that of the dense model, by which equal wall-clock becomes steps, by the name of the model.
    /// </summary>
    public required IReadOnlyDictionary<string, double> StepTimes { get; init; }

    /// <summary>A vocabulary of 1,024 pieces, AdamW.</summary>
    public static LabSetup Pieces { get; } = new()
    {
        Name = "pieces",
        Prefix = "",
        Dense = new Gpt2Options
        {
            VocabularySize = 1024,
            Context = 128,
            Layers = 6,
            Width = 64,
            Heads = 2,
            Dropout = 0,
            InitializerRange = 0.06f,
        },
        Batch = 4,
        Optimizer = OptimizerKind.AdamW,
        Steps = 4000,
        Seeds = 5,
        StepTimes = new Dictionary<string, double> { ["dense-5"] = 0.86, ["dense-4"] = 0.71, ["routed-0.5"] = 0.93, ["routed-0.25"] = 0.85 },
    };

    /// <summary>Bytes, which differ more than pieces do in what they need, and Muon, under which every block counts.</summary>
    public static LabSetup Bytes { get; } = Pieces with
    {
        Name = "bytes",
        Prefix = "bytes-",
        Dense = Pieces.Dense with { VocabularySize = 257, Context = 256 },
        Optimizer = OptimizerKind.Muon,
        Steps = 2000,
        Seeds = 8,
        StepTimes = new Dictionary<string, double> { ["dense-5"] = 0.84, ["dense-4"] = 0.67, ["routed-0.5"] = 0.91, ["routed-0.25"] = 0.84 },
    };

    /// <summary>Twice as many steps, after which depth counts more.</summary>
    public static LabSetup BytesLong { get; } = Bytes with { Name = "bytes-long", Prefix = "bytes-long-", Steps = 4000, Seeds = 3 };

    /// <summary>Larger models, for step times: their runs take hours.</summary>
    public static LabSetup Wide { get; } = Pieces with
    {
        Name = "wide",
        Prefix = "wide-",
        Dense = Pieces.Dense with { VocabularySize = 4096, Context = 256, Width = 256, Heads = 8 },
        Batch = 8,
        StepTimes = new Dictionary<string, double> { ["dense-5"] = 0.86, ["dense-4"] = 0.72, ["routed-0.5"] = 0.87, ["routed-0.25"] = 0.8 },
    };

    public static IReadOnlyList<LabSetup> All { get; } = [Pieces, Bytes, BytesLong, Wide];

    public TrainingOptions Training(int steps) => new()
    {
        Epochs = 0,
        MaxSteps = steps,
        BatchSize = Batch,
        LearningRate = 3e-3,
        Optimizer = Optimizer,
        WarmupSteps = 50,
        ValidationInterval = Math.Max(1, steps / 5),
        KeepBest = false,
    };
}
