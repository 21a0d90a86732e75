using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.Models;
using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Numerics;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>What the forward and backward passes of one step gave.</summary>
/// <param name="Loss">Mean nats per token; not a number for a step on continuations alone.</param>
/// <param name="Unlikelihood">Unlikelihood loss before its weight; not a number without one.</param>
/// <param name="GateLoss">Loss on the gates with its weight; not a number without one.</param>
/// <param name="KeptShare">Share of tokens that each block computed, <c>[L]</c>; empty for models without filters.</param>
/// <param name="Gates">Gates of the last pass by block; empty unless asked for.</param>
internal sealed record StepResult(
    double Loss, double Unlikelihood, double GateLoss, float[] KeptShare, IReadOnlyList<IReadOnlyList<float>> Gates);

/// <summary>Reads the batches of a step and adds their gradients to those of the weights.</summary>
internal sealed class GradientStep(
    LanguageModule module,
    ITransformerKernels kernels,
    Device device,
    RunPlan plan,
    TrainingOptions options,
    DistillationLoss? distillation = null)
{
    /// <summary>The stream of random numbers that seeds dropout; batches draw from others.</summary>
    private const int DropoutStream = 101;

    private readonly TefOptions? _tef = (module.Options as Gpt2Options)?.Tef;
    private readonly SequenceUnlikelihood? _continuations = options.SequenceUnlikelihood is { } settings
        ? new SequenceUnlikelihood(module, device, plan, settings, options)
        : null;

    /// <param name="step">The step, counted from zero.</param>
    /// <param name="wantGates">Whether to give the gates.</param>
    public StepResult Run(long step, bool wantGates)
    {
        using var scope = NewDisposeScope();
        // Dropout is a function of seed and step, so that a run can be taken up anywhere.
        manual_seed((long)(CounterRandom.Bits(options.Seed, DropoutStream, step) >> 1));
        bool onContinuations = _continuations?.IsDue(step) == true;
        double loss = 0, unlikelihood = 0, gateLoss = 0;
        float[] kept = [];
        IReadOnlyList<IReadOnlyList<float>> gates = [];
        for (int part = 0; part < plan.Parts; part++)
        {
            using var partScope = NewDisposeScope();
            var (inputs, targets, terms, pass) = onContinuations ? Continuations(step, part) : Batch(step, part);
            var hidden = module.Hidden(inputs, pass);
            var parts = kernels.LinearCrossEntropy(hidden, module.HeadWeight, targets, terms);
            var total = parts.Total;
            // Continuations teach what not to say, which a teacher has no say in.
            if (distillation is not null && !onContinuations)
                total = distillation.Mix(total, inputs, pass, module.Logits(hidden, null), targets);
            loss += parts.CrossEntropy / plan.Parts;
            unlikelihood += parts.Unlikelihood / plan.Parts;
            if (AuxiliaryLosses.Of(_tef, pass) is { } auxiliary)
            {
                gateLoss += auxiliary.item<float>() / plan.Parts;
                total += auxiliary;
            }
            if (plan.Parts > 1)
                total /= plan.Parts;
            total.backward();
            module.UpdateControllers(pass);
            if (_tef is not null)
                kept = Add(kept, pass.KeptShare());
            if (wantGates && part == plan.Parts - 1)
                gates = Array.ConvertAll(pass.Traces, trace => trace is null ? [] : trace.Gates.detach().cpu().data<float>().ToArray());
        }
        return new StepResult(
            onContinuations ? double.NaN : loss,
            onContinuations || options.UnlikelihoodAlpha > 0 ? unlikelihood : double.NaN,
            _tef is { Loss: not AuxiliaryLoss.None, LossWeight: > 0 } ? gateLoss : double.NaN,
            Array.ConvertAll(kept, sum => sum / plan.Parts),
            gates);
    }

    private bool FiltersAt(long step) => _tef is { Mode: MaskMode.Train } && step >= _tef.MaskWarmupSteps;

    private (Tensor Inputs, Tensor Targets, LossTerms Terms, ForwardPass Pass) Batch(long step, int part)
    {
        var batch = plan.Read(step, part);
        var targets = tensor(batch.Targets, device: device);
        var terms = new LossTerms
        {
            LabelSmoothing = options.LabelSmoothing,
            Unlikely = options.UnlikelihoodAlpha > 0 ? UnlikelyTokens.EarlierTargets(batch.Targets, batch.Length, batch.Runs) : null,
            UnlikelyWeight = options.UnlikelihoodAlpha,
        };
        var pass = new ForwardPass(module.Options.LayerCount)
        {
            Training = true,
            FilterTokens = FiltersAt(step),
            KeepProgress = KeepSchedule.Progress(_tef, step),
            Runs = batch.Runs is null ? null : SequenceLayout.At(batch.Runs),
            Positions = batch.Positions is null ? null : tensor(batch.Positions, device: device),
            Real = batch.Padding == 0 ? null : (targets != TokenBatch.IgnoredTarget).view(batch.Rows, batch.Length),
            Attention = new SelfAttentionPath(kernels),
        };
        return (tensor(batch.Inputs, device: device).view(batch.Rows, batch.Length), targets, terms, pass);
    }

    private (Tensor Inputs, Tensor Targets, LossTerms Terms, ForwardPass Pass) Continuations(long step, int part)
    {
        var (inputs, targets, terms) = _continuations!.Batch(step, part);
        var pass = new ForwardPass(module.Options.LayerCount)
        {
            Training = true,
            FilterTokens = FiltersAt(step),
            KeepProgress = KeepSchedule.Progress(_tef, step),
            Attention = new SelfAttentionPath(kernels),
        };
        return (inputs, targets, terms, pass);
    }

    private static float[] Add(float[] sums, float[] shares) =>
        sums.Length == 0 ? shares : [.. sums.Zip(shares, (sum, share) => sum + share)];
}
