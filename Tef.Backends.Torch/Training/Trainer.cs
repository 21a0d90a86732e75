using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Evaluation;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.Models;
using Tef.Core.Checkpoints;
using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Numerics;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>The training loop of every model family.</summary>
internal sealed class Trainer(LanguageModule module, ITransformerKernels kernels, Device device, ILogger logger)
{
    /// <summary>Time of a forward pass over that of a training step, to guess how long the first validation will take.</summary>
    private const double ForwardShare = 0.5;

    /// <summary>The stream of random numbers that seeds dropout; batches draw from others.</summary>
    private const int DropoutStream = 101;

    public TrainingResult Run(
        TrainingData data, TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        options.Validate();
        int length = options.SequenceLength > 0 ? Math.Min(options.SequenceLength, module.Options.Context) : module.Options.Context;
        using var batches = new PrefetchedBatches(
            options.Packing.CreateBatches(data.Training, length, options.BatchSize, options.Seed), options.PrefetchBatches);
        var tef = (module.Options as Gpt2Options)?.Tef;
        CausalityTest.Run(module, kernels, device, logger);

        var state = new TrainingState();
        using var optimizers = new Optimizers(module, options);
        using var best = new WeightSnapshot(module);
        var checkpoints = options.Checkpoints is { } settings
            ? new TrainerCheckpoints(settings, options, TextFingerprint.Of(data.Training), module, optimizers, best, logger)
            : null;
        checkpoints?.Restore(state);
        var clock = new TrainingClock(options, (double)batches.BatchesPerEpoch / options.GradientAccumulation, state.Before);
        var evaluator = new Evaluator(module, kernels, device);
        var speed = new SpeedMeter();
        long interval = options.ValidationInterval > 0
            ? options.ValidationInterval
            : Math.Max(1, batches.BatchesPerEpoch / options.GradientAccumulation);
        var reserve = TimeSpan.Zero;

        module.train();
        if (state.ValidationDue && clock.HasRoom(state.Step, reserve))
            reserve = ValidateNow();
        while (clock.HasRoom(state.Step, reserve) && !state.IsStuck(options) && !cancellation.IsCancellationRequested)
        {
            var started = clock.Elapsed;
            bool filter = tef is { Mode: MaskMode.Train } && state.Step >= tef.MaskWarmupSteps;
            double completed = clock.Completed(state.Step);
            double factor = LearningRate.Factor(
                options, state.Step, completed, (int)batches.EpochAt(state.Step * options.GradientAccumulation));
            var (loss, norm, kept) = Step(batches, options, optimizers, state.Step, factor, filter, tef);
            state.Step++;
            var elapsed = clock.Elapsed;
            clock.Measure(elapsed - started);
            speed.Add(TokensAt(state.Step) - TokensAt(state.Step - 1), elapsed - started);
            if (state.BestValidation is null && data.Validation is not null)
                reserve = TimeSpan.FromSeconds(ForwardShare * data.Validation.Count / speed.TokensPerSecond);
            state.AddLoss(loss);

            bool atInterval = state.Step % interval == 0;
            bool last = !clock.HasRoom(state.Step, reserve);
            state.IsValidated = false;
            state.ValidationDue = data.Validation is not null && atInterval;
            if (state.ValidationDue && !last)
                reserve = ValidateNow();
            // The end of the run saves its last step.
            if (!last)
                checkpoints?.SaveIfDue(state, clock.Elapsed, atInterval);
            progress?.Report(new TrainingProgress
            {
                Step = state.Step,
                Completed = clock.Completed(state.Step),
                Epoch = batches.EpochAt(state.Step * options.GradientAccumulation),
                Loss = loss,
                GradientNorm = norm,
                LearningRate = options.LearningRate * factor,
                TokensSeen = TokensAt(state.Step),
                TokensPerSecond = speed.TokensPerSecond,
                Elapsed = clock.Elapsed,
                Remaining = clock.Remaining(state.Step),
                KeptShare = kept,
                Validation = state.IsValidated ? state.Validation : null,
            });
        }

        bool cancelled = cancellation.IsCancellationRequested && clock.HasRoom(state.Step, reserve) && !state.IsStuck(options);
        // Saved before the last validation, which a resumed run makes again.
        checkpoints?.Save(state, clock.Elapsed);
        var final = state.Validation;
        if (data.Validation is not null)
        {
            (final, _) = Validate(evaluator, data.Validation, options, CancellationToken.None);
            KeepBest(options, best, state, final);
            if (options.KeepBest && state.BestValidation is not null && !best.IsEmpty)
            {
                best.Restore();
                final = state.BestValidation;
            }
        }
        module.eval();
        return new TrainingResult(
            cancelled ? TrainingEnd.Cancelled : TrainingEnd.Completed, state.Step, TokensAt(state.Step), clock.Elapsed.TotalSeconds,
            state.AverageLoss, final);

        long TokensAt(long step) => batches.TokensAt(step * options.GradientAccumulation);

        TimeSpan ValidateNow()
        {
            var (validation, time) = Validate(evaluator, data.Validation!, options, cancellation);
            KeepBest(options, best, state, validation);
            return time;
        }
    }

    private (double Loss, double Norm, float[] Kept) Step(
        PrefetchedBatches batches, TrainingOptions options, Optimizers optimizers, long step, double factor, bool filter, TefOptions? tef)
    {
        using var scope = NewDisposeScope();
        // Dropout is a function of seed and step, so that a run can be taken up anywhere.
        manual_seed((long)(CounterRandom.Bits(options.Seed, DropoutStream, step) >> 1));
        optimizers.ZeroGradients();
        double total = 0;
        float[] kept = [];
        for (int part = 0; part < options.GradientAccumulation; part++)
        {
            using var partScope = NewDisposeScope();
            var batch = batches.Read((step * options.GradientAccumulation) + part);
            var targets = tensor(batch.Targets, device: device);
            var pass = new ForwardPass(module.Options.LayerCount)
            {
                Training = true,
                FilterTokens = filter,
                Runs = batch.Runs is null ? null : SequenceLayout.At(batch.Runs),
                Positions = batch.Positions is null ? null : tensor(batch.Positions, device: device),
                Real = batch.Padding == 0 ? null : (targets != TokenBatch.IgnoredTarget).view(batch.Rows, batch.Length),
                KeepProgress = KeepSchedule.Progress(tef, step),
                Attention = new SelfAttentionPath(kernels),
            };
            var hidden = module.Hidden(tensor(batch.Inputs, device: device).view(batch.Rows, batch.Length), pass);
            var loss = kernels.LinearCrossEntropy(hidden, module.HeadWeight, targets);
            total += loss.item<float>() / options.GradientAccumulation;
            if (AuxiliaryLosses.Of(tef, pass) is { } auxiliary)
                loss += auxiliary;
            if (options.GradientAccumulation > 1)
                loss /= options.GradientAccumulation;
            loss.backward();
            module.UpdateControllers(pass);
            kept = tef is null ? [] : pass.KeptShare();
        }
        if (!double.IsFinite(total))
        {
            throw new InvalidOperationException(
                $"The loss became {total} at step {step + 1}. Lower the learning rate ({options.LearningRate}) or clip gradients.");
        }
        return (total, optimizers.Step(factor), kept);
    }

    private (EvaluationResult? Result, TimeSpan Time) Validate(
        Evaluator evaluator, ITokenSource tokens, TrainingOptions options, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            module.eval();
            var result = evaluator.Run(tokens, EvaluationOf(options), cancellation);
            logger.LogInformation("Validation: {Loss:F4} nats per token, perplexity {Perplexity:F2}", result.Loss, result.Perplexity);
            return (result, Stopwatch.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return (null, Stopwatch.GetElapsedTime(started));
        }
        finally
        {
            module.train();
        }
    }

    private static EvaluationOptions EvaluationOf(TrainingOptions options) => new()
    {
        BatchSize = options.BatchSize,
        SeparateDocuments = options.Packing.SeparateDocuments || options.Packing.Mode == PackingMode.Documents,
        RestartPositions = options.Packing.RestartPositions || options.Packing.Mode == PackingMode.Documents,
    };

    private static void KeepBest(TrainingOptions options, WeightSnapshot best, TrainingState state, EvaluationResult? validation)
    {
        if (validation is not null && state.AddValidation(validation) && options.KeepBest)
            best.Take();
    }
}
