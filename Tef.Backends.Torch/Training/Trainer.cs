using Microsoft.Extensions.Logging;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Evaluation;
using Tef.Backends.Torch.Models;
using Tef.Core.Checkpoints;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>The training loop of every model family.</summary>
internal sealed class Trainer(LanguageModule module, ITransformerKernels kernels, Device device, ILogger logger, LanguageModule? teacher = null)
{
    /// <summary>Time of a forward pass over that of a training step, to guess how long the first validation will take.</summary>
    private const double ForwardShare = 0.5;

    public TrainingResult Run(
        TrainingData data, TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        options.Validate();
        data.Distillation?.Validate(module.Options);
        (data, options) = FastDevRun.Apply(data, options, module.Options.Context);
        using var plan = new RunPlan(data.Training, options, module.Options.Context);
        CausalityTest.Run(module, kernels, device, logger);

        var state = new TrainingState(options);
        using var optimizers = new Optimizers(module, options);
        using var best = new WeightSnapshot(module);
        using var average = options.EmaDecay > 0 ? new WeightAverage(module, options.EmaDecay) : null;
        var gradients = new GradientStep(
            module, kernels, device, plan, options,
            teacher is null ? null : new DistillationLoss(teacher, kernels, data.Distillation!));
        var validator = data.Validation is { } text
            ? new Validator(module, new Evaluator(module, kernels, device), text, options, best, average, logger)
            : null;
        using var checkpoints = options.Checkpoints is { } settings
            ? new TrainerCheckpoints(settings, options, TextFingerprint.Of(data.Training), module, optimizers, best, average, logger)
            : null;
        checkpoints?.Restore(state);
        var clock = new TrainingClock(options, plan.StepsPerEpoch, state.Before);
        var speed = new SpeedMeter();
        var reserve = TimeSpan.Zero;

        module.train();
        if (state.ValidationDue && validator is not null && clock.HasRoom(state.Step, reserve))
        {
            reserve = validator.Run(state, null, cancellation);
            if (state.IsValidated)
                progress?.Report(Standing(state, plan, clock, options) with { Validation = state.Validation });
        }
        TrainingProgress? report = null;
        bool reported = false;
        while (GoesOn())
        {
            var started = clock.Elapsed;
            double factor = LearningRate.Factor(options, state.Step, clock.Completed(state.Step), (int)plan.EpochAt(state.Step));
            bool wantGates = options.GateInterval > 0 && (state.Step + 1) % options.GateInterval == 0;
            var (result, loss, norm) = Step(gradients, optimizers, state, factor, wantGates, options);
            state.Step++;
            average?.Update(state.Step);
            var elapsed = clock.Elapsed;
            clock.Measure(elapsed - started);
            speed.Add(plan.TokensAt(state.Step) - plan.TokensAt(state.Step - 1), elapsed - started);
            if (state.BestValidation is null && data.Validation is not null)
                reserve = TimeSpan.FromSeconds(ForwardShare * data.Validation.Count / speed.TokensPerSecond);
            state.AddLoss(loss);

            report = Standing(state, plan, clock, options) with
            {
                Loss = loss,
                Unlikelihood = result.Unlikelihood,
                GateLoss = result.GateLoss,
                GradientNorm = norm,
                LearningRate = options.LearningRate * factor,
                TokensPerSecond = speed.TokensPerSecond,
                KeptShare = result.KeptShare,
                Gates = result.Gates,
            };
            bool atInterval = state.Step % plan.ValidationInterval == 0;
            bool last = !clock.HasRoom(state.Step, reserve);
            state.IsValidated = false;
            state.ValidationDue = validator is not null && atInterval;
            if (state.ValidationDue && !last)
            {
                reserve = validator!.Run(state, report, cancellation);
                report = report with
                {
                    Validation = state.IsValidated ? state.Validation : null,
                    Elapsed = clock.Elapsed,
                    Remaining = clock.Remaining(state.Step),
                };
            }
            // The end of the run saves its last step.
            if (!last)
                checkpoints?.SaveIfDue(state, report, clock.Elapsed, atInterval);
            // The step that ends the run is reported with the validation that follows it.
            reported = !last && GoesOn();
            if (reported)
                progress?.Report(report);
        }

        bool cancelled = cancellation.IsCancellationRequested && clock.HasRoom(state.Step, reserve) && !state.IsStuck();
        // Saved before the last validation, which a resumed run makes again.
        checkpoints?.Save(state, clock.Elapsed);
        average?.Swap();
        var final = state.Validation;
        if (validator is not null)
        {
            if (!state.IsValidated)
            {
                validator.RunOnWeights(state, null, CancellationToken.None);
                reported = false;
            }
            checkpoints?.SetMetric(state);
            final = state.Validation;
        }
        if (!reported && (report ?? (final is null ? null : Standing(state, plan, clock, options))) is { } end)
            progress?.Report(end with { Validation = final, Elapsed = clock.Elapsed, Remaining = TimeSpan.Zero });
        if (options.KeepBest && !best.IsEmpty)
        {
            best.Restore();
            final = state.BestValidation;
        }
        module.eval();
        return new TrainingResult(
            cancelled ? TrainingEnd.Cancelled : TrainingEnd.Completed, state.Step, plan.TokensAt(state.Step),
            clock.Elapsed.TotalSeconds, state.AverageLoss, final);

        bool GoesOn() => clock.HasRoom(state.Step, reserve) && !state.IsStuck() && !cancellation.IsCancellationRequested;
    }

    /// <summary>Where a run stands without a step of its own: after it was taken up.</summary>
    private static TrainingProgress Standing(TrainingState state, RunPlan plan, TrainingClock clock, TrainingOptions options) => new()
    {
        Step = state.Step,
        Completed = clock.Completed(state.Step),
        Epoch = plan.EpochAt(state.Step),
        Loss = state.AverageLoss,
        GradientNorm = double.NaN,
        LearningRate = options.LearningRate
            * LearningRate.Factor(options, state.Step, clock.Completed(state.Step), (int)plan.EpochAt(state.Step)),
        TokensSeen = plan.TokensAt(state.Step),
        TokensPerSecond = 0,
        Elapsed = clock.Elapsed,
        Remaining = clock.Remaining(state.Step),
        NativeBytes = EngineMemory.NativeBytes(),
        ManagedBytes = GC.GetTotalMemory(false),
    };

    private static (StepResult Result, double Loss, double Norm) Step(
        GradientStep gradients, Optimizers optimizers, TrainingState state, double factor, bool wantGates, TrainingOptions options)
    {
        using var scope = NewDisposeScope();
        optimizers.ZeroGradients();
        var result = gradients.Run(state.Step, wantGates);
        // Steps on continuations have no cross-entropy.
        double loss = double.IsNaN(result.Loss) && double.IsFinite(result.Unlikelihood) ? state.AverageLoss : result.Loss;
        if (!double.IsFinite(loss))
        {
            throw new InvalidOperationException(
                $"The loss became {loss} at step {state.Step + 1}. Lower the learning rate ({options.LearningRate}) or clip gradients.");
        }
        return (result, loss, optimizers.Step(factor));
    }
}
