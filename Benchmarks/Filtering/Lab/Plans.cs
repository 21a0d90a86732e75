using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>The experiments: which models are trained, and how. The order of the runs is the order of their worth.</summary>
/// <param name="steps">Steps of the runs at equal steps.</param>
internal sealed class Plans(int steps)
{
    public const int Vocabulary = 1024;

    public const int DefaultSteps = 4000;

    /// <summary>Step times of <c>tef steps</c> over that of the dense model, by which equal wall-clock becomes steps.</summary>
    private const double ShallowStepTime = 0.85, RoutedStepTime = 0.93;

    public static IReadOnlyList<string> Names { get; } = ["tuning", "equal-steps", "equal-time", "seed", "ablations", "shares"];

    /// <summary>All runs of all plans.</summary>
    public IEnumerable<RunSetting> All => Names.SelectMany(Of);

    /// <summary>The runs of a plan.</summary>
    /// <exception cref="ArgumentException">There is no such plan.</exception>
    public IEnumerable<RunSetting> Of(string plan) => plan switch
    {
        "tuning" => Tuning(),
        "equal-steps" => Enumerable.Range(1, 3).SelectMany(EqualSteps),
        "equal-time" => Enumerable.Range(1, 3).SelectMany(EqualTime),
        "seed" => Seed(),
        "ablations" => Ablations(),
        "shares" => Shares(),
        _ => throw new ArgumentException($"There is no plan '{plan}'; known are {string.Join(", ", Names)}."),
    };

    public static Gpt2Options Dense { get; } = new()
    {
        VocabularySize = Vocabulary,
        Context = 128,
        Layers = 6,
        Width = 64,
        Heads = 2,
        Dropout = 0,
        InitializerRange = 0.06f,
    };

    /// <summary>As many operations as routing half of the tokens in two of six blocks, by one block less.</summary>
    public static Gpt2Options Shallow { get; } = Dense with { Layers = 5 };

    /// <summary>Half of the tokens in blocks 3 and 5; a run of some length thins them out over its first third.</summary>
    public static TefOptions Routed { get; } = TefOptions.Routed(0.5f);

    /// <summary>The same in all blocks but the first and the last.</summary>
    private static TefOptions Inner { get; } = Routed with { Blocks = FilteredBlocks.All, DenseLast = true };

    /// <summary>The models whose step times are compared, the dense one first.</summary>
    public static IReadOnlyList<(string Name, Gpt2Options Model)> Timed =>
    [
        ("dense-6", Dense),
        ("dense-5", Shallow),
        ("routed-0.75", Dense with { Tef = Routed with { Selector = new Budget(0.75f) } }),
        ("routed-0.5", Dense with { Tef = Routed }),
        ("routed-0.25", Dense with { Tef = Routed with { Selector = new Budget(0.25f) } }),
        ("routed-inner-0.5", Dense with { Tef = Inner }),
        ("seed-trained-0.9", Dense with { Tef = TefOptions.Seed(0.9f) with { Mode = MaskMode.Train } }),
    ];

    public static TrainingOptions Training(int steps) => new()
    {
        Epochs = 0,
        MaxSteps = steps,
        BatchSize = 4,
        LearningRate = 3e-3,
        WarmupSteps = 50,
        ValidationInterval = Math.Max(1, steps / 5),
        KeepBest = false,
    };

    private IEnumerable<RunSetting> Tuning() =>
    [
        Tef("routed-0.5", Routed),
        Tef("routed-0.5-norm", Routed with { NormalizeBeforeScore = true }),
        new("routed-0.5-plain", Dense with { Tef = Routed }, Training(steps), 1),
    ];

    private IEnumerable<RunSetting> EqualSteps(int seed) =>
    [
        new("dense-6", Dense, Training(steps), seed),
        Tef("routed-0.5", Routed, seed),
        new("dense-5", Shallow, Training(steps), seed),
    ];

    private IEnumerable<RunSetting> EqualTime(int seed)
    {
        int routed = (int)Math.Round(steps / RoutedStepTime);
        yield return new("routed-0.5-time", Dense with { Tef = Scheduled(Routed, routed) }, Training(routed), seed);
        yield return new("dense-5-time", Shallow, Training((int)Math.Round(steps / ShallowStepTime)), seed);
    }

    /// <summary>The original project's filter; its masks act in evaluation alone, so one model serves every τ.</summary>
    private IEnumerable<RunSetting> Seed() =>
    [
        new("seed", Dense with { Tef = TefOptions.Seed(1) }, Training(steps), 1),
        new("seed-trained-0.9", Dense with { Tef = TefOptions.Seed(0.9f) with { Mode = MaskMode.Train } }, Training(steps), 1),
    ];

    /// <summary>Routing with one thing changed; those that decided a default with two seeds.</summary>
    private IEnumerable<RunSetting> Ablations() =>
    [
        .. Enumerable.Range(1, 2).SelectMany(seed => new[]
        {
            Tef("routed-0.5-early", Routed with { Blocks = FilteredBlocks.EveryOther, DenseLast = true }, seed),
            Tef("routed-0.5-wide", Routed with { GateRange = 1 }, seed),
            Tef("routed-1", Routed with { Selector = new Budget(1) }, seed),
            Tef("routed-1-wide", Routed with { Selector = new Budget(1), GateRange = 1 }, seed),
        }),
        Tef("routed-0.5-zeroed", Routed with { Action = TokenAction.Mask }),
        Tef("routed-0.5-untrained", Routed with { Mode = MaskMode.Eval }),
        Tef("routed-0.5-no-first", Routed with { AlwaysKeepFirst = false }),
        Tef("routed-0.5-gate-input", Routed with { Gate = GatePlacement.Input, InitialBias = 2 }),
        new("routed-0.5-random", Dense with { Tef = Routed with { Selector = RandomRule.Selector(0.5f) } }, Training(steps), 1),
    ];

    private IEnumerable<RunSetting> Shares()
    {
        foreach (float keep in new[] { 0.75f, 0.25f })
        {
            foreach (int seed in new[] { 1, 2 })
                yield return Tef(FormattableString.Invariant($"routed-{keep}"), Routed with { Selector = new Budget(keep) }, seed);
        }
        foreach (float keep in new[] { 0.5f, 0.75f, 0.25f })
        {
            yield return Tef(
                FormattableString.Invariant($"routed-inner-{keep}"), Inner with { Selector = new Budget(keep) });
        }
    }

    private RunSetting Tef(string name, TefOptions tef, int seed = 1) => new(name, Dense with { Tef = Scheduled(tef, steps) }, Training(steps), seed);

    private static TefOptions Scheduled(TefOptions tef, int steps) => tef with { KeepScheduleSteps = steps / 3 };
}
