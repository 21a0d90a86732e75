using Tef.Core.Filtering;
using Tef.Core.Models;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>The experiments: which models are trained, and how. The order of the runs is the order of their worth.</summary>
/// <param name="lab">The size that they are made in.</param>
/// <param name="steps">Steps of the runs at equal steps.</param>
internal sealed class Plans(LabSetup lab, int steps)
{
    /// <summary>Share of a run over which the kept share falls to its value.</summary>
    private const double Schedule = 1 / 3.0;

    public static IReadOnlyList<string> Names { get; } = ["equal-steps", "equal-time", "shares", "seed", "ablations", "distilled"];

    /// <summary>All runs of all plans.</summary>
    public IEnumerable<RunSetting> All => Names.SelectMany(Of);

    /// <summary>The runs of a plan.</summary>
    /// <exception cref="ArgumentException">There is no such plan.</exception>
    public IEnumerable<RunSetting> Of(string plan) => plan switch
    {
        "equal-steps" => Seeds.SelectMany(EqualSteps),
        "equal-time" => Seeds.SelectMany(EqualTime),
        "shares" => Shares(),
        "seed" => Seed(),
        "ablations" => Ablations(),
        "distilled" => Seeds.SelectMany(Distilled),
        _ => throw new ArgumentException($"There is no plan '{plan}'; known are {string.Join(", ", Names)}."),
    };

    /// <summary>The models whose step times are compared, the dense one first.</summary>
    public static IReadOnlyList<(string Name, Gpt2Options Model)> Timed(LabSetup lab) =>
    [
        .. Compared.Prepend("dense-6").Select(name => (name, Model(lab, name))),
        ("routed-0.75", lab.Dense with { Tef = TefOptions.Routed(0.75f) }),
        ("routed-inner-0.5", lab.Dense with { Tef = Inner(0.5f) }),
        ("seed-trained-0.9", lab.Dense with { Tef = TrainedSeed }),
    ];

    /// <summary>
    /// What stands beside the dense model: half and a quarter of the tokens in blocks 3 and 5, and one and two blocks less, which
    /// is a little more and a little less arithmetic than a quarter.
    /// </summary>
    private static IReadOnlyList<string> Compared { get; } = ["routed-0.5", "dense-5", "routed-0.25", "dense-4"];

    private static TefOptions TrainedSeed { get; } = TefOptions.Seed(0.9f) with { Mode = MaskMode.Train };

    private IEnumerable<int> Seeds => Enumerable.Range(1, lab.Seeds);

    private static IEnumerable<int> FewSeeds => Enumerable.Range(1, 2);

    /// <summary>The same in all blocks but the first and the last.</summary>
    private static TefOptions Inner(float keep) => TefOptions.Routed(keep) with { Blocks = FilteredBlocks.All, DenseLast = true };

    private static Gpt2Options Model(LabSetup lab, string name) => name switch
    {
        "dense-6" => lab.Dense,
        "dense-5" => lab.Dense with { Layers = 5 },
        "dense-4" => lab.Dense with { Layers = 4 },
        "routed-0.5" => lab.Dense with { Tef = TefOptions.Routed(0.5f) },
        "routed-0.25" => lab.Dense with { Tef = TefOptions.Routed(0.25f) },
        _ => throw new ArgumentException($"There is no model '{name}'."),
    };

    private IEnumerable<RunSetting> EqualSteps(int seed) =>
        Compared.Prepend("dense-6").Select(name => Run(name, Model(lab, name), steps, seed));

    /// <summary>
    /// As many steps as fit into the time of the dense runs. A routed run begins with all tokens, so that its mean step takes longer
    /// than its last one.
    /// </summary>
    private IEnumerable<RunSetting> EqualTime(int seed)
    {
        foreach (string name in Compared)
        {
            double time = lab.StepTimes[name];
            if (Model(lab, name).Tef is not null)
                time += (1 - time) * Schedule / 2;
            yield return Run($"{name}-time", Model(lab, name), (int)Math.Round(steps / time), seed);
        }
    }

    private IEnumerable<RunSetting> Shares()
    {
        foreach (int seed in FewSeeds)
            yield return Filtered("routed-0.75", TefOptions.Routed(0.75f), seed);
        foreach (float keep in new[] { 0.5f, 0.75f, 0.25f })
            yield return Filtered(FormattableString.Invariant($"routed-inner-{keep}"), Inner(keep));
    }

    /// <summary>The original project's filter; its masks act in evaluation alone, so one model serves every τ.</summary>
    private IEnumerable<RunSetting> Seed() =>
    [
        Filtered("seed", TefOptions.Seed(1)),
        Filtered("seed-trained-0.9", TrainedSeed),
    ];

    /// <summary>Routing with one thing changed; those that decided a default with several seeds.</summary>
    private IEnumerable<RunSetting> Ablations()
    {
        var routed = TefOptions.Routed(0.5f);
        return
        [
            .. Seeds.Select(seed => Filtered("routed-0.5-context", routed with { ScoreInput = ScoreInput.ResidualStream }, seed)),
            .. FewSeeds.SelectMany(seed => new[]
            {
                Filtered("routed-0.5-every-other", routed with { Blocks = FilteredBlocks.EveryOther }, seed),
                Filtered("routed-0.5-early", routed with { Blocks = FilteredBlocks.EveryOther, DenseLast = true }, seed),
                Filtered("routed-0.5-wide", routed with { GateRange = 1 }, seed),
                Filtered("routed-1", TefOptions.Routed(1), seed),
                Filtered("routed-1-wide", TefOptions.Routed(1) with { GateRange = 1 }, seed),
            }),
            Filtered("routed-0.5-norm", routed with { NormalizeBeforeScore = true }),
            Run("routed-0.5-plain", lab.Dense with { Tef = routed }, steps, 1, scheduled: false),
            Filtered("routed-0.5-zeroed", routed with { Action = TokenAction.Mask }),
            Filtered("routed-0.5-untrained", routed with { Mode = MaskMode.Eval }),
            Filtered("routed-0.5-no-first", routed with { AlwaysKeepFirst = false }),
            Filtered("routed-0.5-gate-input", routed with { Gate = GatePlacement.Input, InitialBias = 2 }),
            Filtered("routed-0.5-more-early", routed with { BlockKeep = [0.75f, 0.25f] }),
            Filtered("routed-0.5-more-late", routed with { BlockKeep = [0.25f, 0.75f] }),
            Filtered("routed-0.5-random", routed with { Selector = RandomRule.Selector(0.5f) }),
        ];
    }

    /// <summary>With the dense model of the same seed as teacher.</summary>
    private IEnumerable<RunSetting> Distilled(int seed)
    {
        var teacher = Run("dense-6", lab.Dense, steps, seed);
        return new[] { "routed-0.5", "dense-6" }
            .Select(name => Run($"{name}-distilled", Model(lab, name), steps, seed) with { Teacher = teacher });
    }

    private RunSetting Filtered(string name, TefOptions tef, int seed = 1) => Run(name, lab.Dense with { Tef = tef }, steps, seed);

    private RunSetting Run(string name, Gpt2Options model, int count, int seed, bool scheduled = true)
    {
        if (scheduled && model.Tef is { Selector: Budget } tef)
            model = model with { Tef = tef with { KeepScheduleSteps = (int)(count * Schedule) } };
        return new RunSetting(lab.Prefix + name, model, lab.Training(count), seed);
    }
}
