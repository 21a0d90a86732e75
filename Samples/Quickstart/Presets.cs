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

    public static Preset Minute { get; } = Create(vocabulary: 2048, width: 192, heads: 6, warmup: 20);

    public static Preset TenMinutes { get; } = Create(vocabulary: 4096, width: 256, heads: 8, warmup: 50);

    public static Preset For(double minutes) => minutes < LongRunMinutes ? Minute : TenMinutes;

    /// <summary>
    /// Small batches and Muon: on a small text in a short time both learn more from a token than larger batches or AdamW alone, and
    /// four blocks see more tokens in the time than six.
    /// </summary>
    private static Preset Create(int vocabulary, int width, int heads, int warmup) => new(vocabulary, new TefGpt2Options
    {
        Layers = 4,
        Width = width,
        Heads = heads,
        Context = 256,
        Dropout = 0,
        Tef = TefOptions.Routed(0.5f) with { MaskWarmupSteps = warmup },
        Training = new TrainingOptions
        {
            Epochs = 0,
            BatchSize = 8,
            Optimizer = OptimizerKind.Muon,
            LearningRate = 3e-3,
            WarmupSteps = warmup,
            FinalLearningRateShare = 0.05,
        },
    });
}
