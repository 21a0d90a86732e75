using Tef.Core.Filtering;
using Tef.Core.Training;
using Tef.MLNet;

namespace Tef.Samples.Quickstart;

/// <summary>Vocabulary, model and schedule that go together.</summary>
/// <param name="Vocabulary">Tokens of the vocabulary.</param>
/// <param name="Model">Sizes, token filter and training options; the time limit is set by the run.</param>
internal sealed record Preset(int Vocabulary, TefGpt2Options Model)
{
    public override string ToString() =>
        $"{Model.Layers} blocks of width {Model.Width}, {Model.Heads} heads, context {Model.Context}, vocabulary {Vocabulary}";
}

/// <summary>The settings that do best in the time, found by trying.</summary>
internal static class Presets
{
    /// <summary>Runs shorter than this use <see cref="Minute"/>.</summary>
    private const double LongRunMinutes = 4;

    public static Preset Minute { get; } = new(2048, new TefGpt2Options
    {
        Layers = 4,
        Width = 192,
        Heads = 6,
        Context = 256,
        Dropout = 0,
        Tef = TefOptions.Routed(0.5f) with { MaskWarmupSteps = 20 },
        Training = new TrainingOptions
        {
            Epochs = 0,
            BatchSize = 8,
            LearningRate = 3e-3,
            WarmupSteps = 20,
            FinalLearningRateShare = 0.05,
        },
    });

    public static Preset TenMinutes { get; } = new(4096, new TefGpt2Options
    {
        Layers = 6,
        Width = 256,
        Heads = 8,
        Context = 256,
        Dropout = 0,
        Tef = TefOptions.Routed(0.5f),
        Training = new TrainingOptions
        {
            Epochs = 0,
            BatchSize = 16,
            LearningRate = 2e-3,
            WarmupSteps = 50,
            FinalLearningRateShare = 0.05,
        },
    });

    public static Preset For(double minutes) => minutes < LongRunMinutes ? Minute : TenMinutes;
}
