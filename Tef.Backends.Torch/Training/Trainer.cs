using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Evaluation;
using Tef.Backends.Torch.Models;
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
    /// <summary>Share by which the reported loss follows that of the latest batch.</summary>
    private const double LossRate = 0.05;

    /// <summary>Time of a forward pass over that of a training step, to guess how long the first validation will take.</summary>
    private const double ForwardShare = 0.5;

    /// <summary>The stream of random numbers that seeds dropout; batches draw from others.</summary>
    private const int DropoutStream = 101;

    public TrainingResult Run(
        TrainingData data, TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        options.Validate();
        int length = options.SequenceLength > 0 ? Math.Min(options.SequenceLength, module.Options.Context) : module.Options.Context;
        var batches = new TokenBatches(data.Training, length, options.BatchSize, options.Seed);
        var clock = new TrainingClock(options, (double)batches.BatchesPerEpoch / options.GradientAccumulation);
        var tef = (module.Options as Gpt2Options)?.Tef;
        CausalityTest.Run(module, kernels, device, logger);

        using var optimizers = new Optimizers(module, options);
        using var best = new WeightSnapshot(module);
        var evaluator = new Evaluator(module, kernels, device);
        var speed = new SpeedMeter();
        long interval = options.ValidationInterval > 0
            ? options.ValidationInterval
            : Math.Max(1, batches.BatchesPerEpoch / options.GradientAccumulation);
        long tokensPerStep = (long)options.BatchSize * length * options.GradientAccumulation;
        long step = 0;
        double smoothed = double.NaN;
        EvaluationResult? validation = null, bestValidation = null;
        var reserve = TimeSpan.Zero;

        module.train();
        while (clock.HasRoom(step, reserve) && !cancellation.IsCancellationRequested)
        {
            var started = clock.Elapsed;
            bool filter = tef is { Mode: MaskMode.Train } && step >= tef.MaskWarmupSteps;
            double completed = clock.Completed(step);
            double factor = LearningRate.Factor(options, step, completed, (int)batches.EpochAt(step * options.GradientAccumulation));
            var (loss, norm, kept) = Step(batches, options, optimizers, step, factor, filter, tef);
            step++;
            var elapsed = clock.Elapsed;
            clock.Measure(elapsed - started);
            speed.Add(tokensPerStep, elapsed - started);
            if (bestValidation is null && data.Validation is not null)
                reserve = TimeSpan.FromSeconds(ForwardShare * data.Validation.Count / speed.TokensPerSecond);
            smoothed = double.IsNaN(smoothed) ? loss : smoothed + (LossRate * (loss - smoothed));

            bool validated = false;
            bool last = !clock.HasRoom(step, reserve);
            if (data.Validation is not null && !last && step % interval == 0)
            {
                (validation, reserve) = Validate(evaluator, data.Validation, options, cancellation);
                validated = validation is not null;
                KeepBest(options, best, validation, ref bestValidation);
            }
            progress?.Report(new TrainingProgress
            {
                Step = step,
                Completed = clock.Completed(step),
                Epoch = batches.EpochAt(step * options.GradientAccumulation),
                Loss = loss,
                GradientNorm = norm,
                LearningRate = options.LearningRate * factor,
                TokensSeen = step * tokensPerStep,
                TokensPerSecond = speed.TokensPerSecond,
                Elapsed = clock.Elapsed,
                Remaining = clock.Remaining(step),
                KeptShare = kept,
                Validation = validated ? validation : null,
            });
        }

        bool cancelled = cancellation.IsCancellationRequested && clock.HasRoom(step, reserve);
        if (data.Validation is not null)
        {
            (validation, _) = Validate(evaluator, data.Validation, options, CancellationToken.None);
            KeepBest(options, best, validation, ref bestValidation);
            if (options.KeepBest && bestValidation is not null && !best.IsEmpty)
            {
                best.Restore();
                validation = bestValidation;
            }
        }
        module.eval();
        return new TrainingResult(
            cancelled ? TrainingEnd.Cancelled : TrainingEnd.Completed, step, step * tokensPerStep, clock.Elapsed.TotalSeconds,
            smoothed, validation);
    }

    private (double Loss, double Norm, float[] Kept) Step(
        TokenBatches batches, TrainingOptions options, Optimizers optimizers, long step, double factor, bool filter, TefOptions? tef)
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
            var (inputs, targets) = Batch(batches, (step * options.GradientAccumulation) + part);
            var pass = new ForwardPass(module.Options.LayerCount)
            {
                Training = true,
                FilterTokens = filter,
                Attention = new SelfAttentionPath(kernels),
            };
            var hidden = module.Hidden(inputs, pass);
            var loss = kernels.LinearCrossEntropy(hidden, module.HeadWeight, targets.view(-1));
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

    private (Tensor Inputs, Tensor Targets) Batch(TokenBatches batches, long index)
    {
        var inputs = new int[batches.BatchSize * batches.SequenceLength];
        var targets = new int[inputs.Length];
        batches.Read(index, inputs, targets);
        return (Ids(inputs), Ids(targets));

        Tensor Ids(int[] ids) =>
            tensor(Array.ConvertAll(ids, id => (long)id), device: device).view(batches.BatchSize, batches.SequenceLength);
    }

    private (EvaluationResult? Result, TimeSpan Time) Validate(
        Evaluator evaluator, ITokenSource tokens, TrainingOptions options, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            module.eval();
            var result = evaluator.Run(tokens, new EvaluationOptions { BatchSize = options.BatchSize }, cancellation);
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

    private static void KeepBest(
        TrainingOptions options, WeightSnapshot best, EvaluationResult? validation, ref EvaluationResult? bestValidation)
    {
        if (validation is null || bestValidation?.Loss <= validation.Loss)
            return;
        bestValidation = validation;
        if (options.KeepBest)
            best.Take();
    }
}
