using System.Diagnostics;
using System.Globalization;
using Tef.Core.Data;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Core.Filtering;

/// <summary>Makes the rows of one model.</summary>
internal sealed class FilterMeasurement(
    ILanguageModelBackend backend, NamedModel model, ITokenSource text, FilterTableOptions options, CancellationToken cancellation)
{
    /// <summary>A row repeats for at least as long, so that the first one does not measure the compiler.</summary>
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(1);

    private readonly TefOptions? _filters = (model.Model.Options as Gpt2Options)?.Tef;

    public IEnumerable<FilterTableRow> Rows()
    {
        double? training = TrainingSpeed();
        yield return Row(_filters is null ? "dense" : "own", null) with { TrainingSpeed = training };
        if (_filters is null)
            yield break;
        foreach (float gate in options.Gates)
            yield return Row($"gate > {Number(gate)}", FilterOverride.Gate(gate));
        foreach (float keep in options.Keeps)
        {
            var calibrated = backend.Calibrate(model.Model, options.CalibrationText ?? text, keep, options.Evaluation, cancellation);
            yield return Row($"keep {Number(keep)}", calibrated);
        }
        foreach (float tau in options.Taus)
            yield return Row($"τ {Number(tau)}", new FilterOverride(new CumulativeShare(tau)));
    }

    private FilterTableRow Row(string rule, FilterOverride? filter)
    {
        var result = backend.Evaluate(model.Model, text, options.Evaluation with { Filter = filter }, cancellation);
        var row = new FilterTableRow
        {
            Model = model.Name,
            Rule = rule,
            Parameters = model.Model.ParameterCount,
            Loss = result.Loss,
            Perplexity = result.Perplexity,
            BitsPerByte = result.BitsPerByte,
            KeptShare = result.KeptShare,
            MeanKept = result.KeptShare.Average(share => (double)share) * model.Model.Options.Context,
        };
        return Generates(filter) ? Decoded(row, filter) : row;
    }

    private bool Generates(FilterOverride? filter) =>
        (filter?.Selector ?? (_filters is { Mode: not MaskMode.Off } own ? own.Selector : null)) is not { IsCausal: false };

    private FilterTableRow Decoded(FilterTableRow row, FilterOverride? filter)
    {
        int context = model.Model.Options.Context;
        int prompt = (int)Math.Min(options.PromptTokens > 0 ? Math.Min(options.PromptTokens, context - 1) : Math.Max(1, context / 2), text.Count);
        int fresh = Math.Min(options.NewTokens > 0 ? options.NewTokens : Math.Max(1, context / 4), context - prompt);
        int[] tokens = new int[prompt];
        text.Read(0, tokens);
        double fastestPrefill = 0, fastestDecoding = 0;
        long bytes = 0;
        using var session = model.Model.StartDecoding(1, filter);
        float[] logits = new float[session.VocabularySize];
        long begun = Stopwatch.GetTimestamp();
        for (int repeat = 0; repeat == 0 || (options.MeasureSpeed && More(repeat)); repeat++)
        {
            cancellation.ThrowIfCancellationRequested();
            session.Reset();
            long started = Stopwatch.GetTimestamp();
            session.Append(tokens, logits);
            fastestPrefill = Math.Max(fastestPrefill, prompt / Stopwatch.GetElapsedTime(started).TotalSeconds);
            started = Stopwatch.GetTimestamp();
            for (int i = 0; i < fresh; i++)
                session.Append([Best(logits)], logits);
            fastestDecoding = Math.Max(fastestDecoding, fresh / Stopwatch.GetElapsedTime(started).TotalSeconds);
            bytes = session.CacheBytes;
        }
        bool More(int repeat) => repeat < options.Repeats || Stopwatch.GetElapsedTime(begun) < Warmup;
        return options.MeasureSpeed
            ? row with { PrefillSpeed = fastestPrefill, DecodingSpeed = fastestDecoding, CacheBytes = bytes }
            : row with { CacheBytes = bytes };
    }

    /// <summary>Of a fresh copy whose filters act from the first step on.</summary>
    private double? TrainingSpeed()
    {
        if (!options.MeasureSpeed || options.TrainingSteps == 0)
            return null;
        var configuration = model.Model.Options is Gpt2Options { Tef: { } tef } gpt2
            ? gpt2 with { Tef = tef with { MaskWarmupSteps = 0, KeepScheduleSteps = 0 } }
            : model.Model.Options;
        using var copy = backend.Create(configuration, seed: 0);
        var meter = new FastestStep();
        backend.Train(
            copy,
            new TrainingData(text),
            new TrainingOptions { Epochs = 0, MaxSteps = options.TrainingSteps, BatchSize = options.TrainingBatchSize },
            meter,
            cancellation);
        cancellation.ThrowIfCancellationRequested();
        return meter.TokensPerSecond;
    }

    private static int Best(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }
        return best;
    }

    private static string Number(float value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>The speed of the fastest step, which no other work disturbed and which met the filters at their share.</summary>
    private sealed class FastestStep : IProgress<TrainingProgress>
    {
        private long _tokens;
        private TimeSpan _elapsed;

        public double TokensPerSecond { get; private set; }

        public void Report(TrainingProgress value)
        {
            double seconds = (value.Elapsed - _elapsed).TotalSeconds;
            // The first step warms up, and no filter has a threshold before it.
            if (value.Step > 1 && seconds > 0)
                TokensPerSecond = Math.Max(TokensPerSecond, (value.TokensSeen - _tokens) / seconds);
            (_tokens, _elapsed) = (value.TokensSeen, value.Elapsed);
        }
    }
}
