using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Models;
using Tef.Core.Filtering;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Filtering;

/// <summary>What a block makes of rows of the residual stream, <c>f(h)</c>.</summary>
/// <param name="rows"><c>[N, C]</c>.</param>
/// <param name="layout">How the sequences lie in the rows.</param>
/// <param name="visible">Rows that may be attended to, bool <c>[N]</c>; all when null.</param>
/// <returns><c>[N, C]</c>.</returns>
internal delegate Tensor BlockFunction(Tensor rows, SequenceLayout layout, Tensor? visible);

/// <summary>Scores the tokens of a block, decides which to keep and runs the block on them.</summary>
/// <param name="settings">The filters of the model.</param>
/// <param name="block">The block, counted from zero.</param>
/// <param name="layers">Number of blocks of the model.</param>
/// <param name="scorer">What scores.</param>
/// <param name="compute">What computes.</param>
internal sealed class TokenFilter(TefOptions settings, int block, int layers, TokenScorer scorer, ComputeKernels compute)
{
    /// <summary>Share by which a budget's threshold moves towards that of the latest batch.</summary>
    private const float ThresholdRate = 0.1f;

    private readonly ITokenFilterKernels _kernels = compute.TokenFilter;
    private readonly float? _keep = settings.KeepOf(block, layers);
    private readonly ITokenSelectorRule? _rule = settings.Selector is CustomSelector custom ? compute.RuleOf(custom) : null;

    public TefOptions Settings { get; } = settings;

    /// <param name="h">The residual stream, <c>[B·T, C]</c>.</param>
    /// <param name="layout">B sequences of T rows; those that attend to each other are the runs of the pass, if it has any.</param>
    /// <param name="pass">What the pass is for.</param>
    /// <param name="compute">The block.</param>
    /// <param name="trace">Receives what was decided.</param>
    /// <returns><c>[B·T, C]</c>.</returns>
    public Tensor Apply(Tensor h, SequenceLayout layout, ForwardPass pass, BlockFunction compute, out FilterTrace trace)
    {
        var scored = Settings.ScoreInput == ScoreInput.TokenEmbedding ? pass.Embeddings! : h;
        var scores = scorer.call(scored).view(layout.Batch, layout.MaxLength);
        var gates = scores.sigmoid();
        var keep = pass.FilterTokens ? Keep(scores, gates, pass) : null;
        trace = new FilterTrace(scores, gates, keep, pass.Real);
        var runs = pass.RunsOf(layout);
        var gate = (Settings.Gate == GatePlacement.Input ? gates : OutputGate(scores)).view(layout.Rows, 1);
        if (Settings.Action == TokenAction.Mask)
        {
            var visible = keep?.view(layout.Rows);
            var x = Settings.Gate == GatePlacement.Input ? _kernels.Gate(h, gate, visible) : Zeroed(h, visible);
            return Weigh(x, compute(x, runs, visible), gate);
        }

        if (keep is null)
            return Routed(h, gate, runs, compute);
        var index = keep.view(layout.Rows).nonzero().squeeze(-1);
        if (index.shape[0] == 0)
            return h.alias();
        var packed = Routed(_kernels.Compact(h, index), _kernels.Compact(gate, index), runs.Keep(keep), compute);
        return _kernels.Expand(h, index, packed);
    }

    /// <summary>
    /// Moves the threshold of a budget along the thresholds of the batches; the first batch sets it.
    /// </summary>
    /// <param name="trace">What the filter saw.</param>
    /// <param name="progress">How far the kept share has come from 1 to its value.</param>
    public void UpdateThreshold(FilterTrace trace, double progress)
    {
        if (_keep is not { } keep)
            return;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (ScoreThreshold.Of(Values(trace.OfReal(trace.Scores)), KeepSchedule.Of(keep, progress)) is not { } latest)
            return;
        float current = scorer.threshold.item<float>();
        scorer.threshold.fill_(float.IsNegativeInfinity(current) ? latest : current + (ThresholdRate * (latest - current)));
    }

    private Tensor Routed(Tensor h, Tensor gate, SequenceLayout layout, BlockFunction compute)
    {
        var x = Settings.Gate == GatePlacement.Input ? _kernels.Gate(h, gate, null) : h;
        return Weigh(x, compute(x, layout, null), gate);
    }

    /// <summary>
    /// <c>(1 + ρ·tanh(s − θ)) / 2</c>, the gate of which <see cref="ITokenFilterKernels.Blend"/> makes the weight of the update. Around
    /// the threshold the weight is 1, so that it moves little when a token crosses it.
    /// </summary>
    private Tensor OutputGate(Tensor scores)
    {
        bool isCentered = _keep is not null && !float.IsNegativeInfinity(scorer.threshold.item<float>());
        var distance = isCentered ? scores - scorer.threshold : scores;
        return (distance.tanh() * (Settings.GateRange / 2)) + 0.5;
    }

    private static Tensor Zeroed(Tensor h, Tensor? visible) => visible is null ? h : h * visible.unsqueeze(-1).to_type(h.dtype);

    /// <summary>The block's update weighed by the gate; the block as it is for gates on the input.</summary>
    private Tensor Weigh(Tensor x, Tensor computed, Tensor gate) =>
        Settings.Gate == GatePlacement.Output ? _kernels.Blend(x, computed, gate) : computed;

    private Tensor Keep(Tensor scores, Tensor gates, ForwardPass pass)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var keep = (pass.Filter?.Selector ?? Settings.Selector) switch
        {
            CumulativeShare share when pass.Runs is null => _kernels.KeepMask(gates.detach(), null, share.Tau),
            CumulativeShare share => InRuns(gates.detach(), pass.Runs, (values, active) => _kernels.KeepMask(values, active, share.Tau)),
            TopK top when pass.Runs is null => Top(gates.detach(), SequenceLayout.Uniform((int)gates.shape[0], (int)gates.shape[1]), top),
            TopK top => InRuns(
                gates.detach(), pass.Runs, (values, active) => Top(values.masked_fill(active.logical_not(), -1), pass.Runs, top)),
            Threshold threshold => gates > threshold.Theta,
            Budget budget when pass.Filter is { } filter => OverBudget(scores, budget, filter),
            Budget => scores > scorer.threshold,
            CustomSelector custom => _rule!.Keep(custom, scores.detach(), gates.detach()).clone(),
            _ => throw new InvalidOperationException($"No rule for the selector {Settings.Selector}."),
        };
        if (Settings.AlwaysKeepFirst && pass.StartsAtZero)
            KeepFirst(keep, pass.Runs);
        if (pass.Real is not null)
            keep = keep.logical_and(pass.Real);
        return keep.MoveToOuterDisposeScope();
    }

    private static void KeepFirst(Tensor keep, SequenceLayout? runs)
    {
        if (runs is null)
            keep.narrow(-1, 0, 1).fill_(true);
        else
            keep.view(-1).index_fill_(0, tensor(runs.Starts(), device: keep.device), true);
    }

    /// <summary>Thresholds of an override; while those are sought, that of these scores.</summary>
    private Tensor OverBudget(Tensor scores, Budget budget, FilterOverride filter)
    {
        if (filter.Thresholds.Count > 0)
            return scores > filter.Thresholds[block];
        return ScoreThreshold.Of(Values(scores), budget.Keep) is { } threshold ? scores > threshold : ones_like(scores, dtype: ScalarType.Bool);
    }

    private static float[] Values(Tensor scores) => scores.detach().reshape(-1).cpu().data<float>().ToArray();

    /// <summary>Ranks tokens among those of their run.</summary>
    private static Tensor InRuns(Tensor gates, SequenceLayout runs, Func<Tensor, Tensor, Tensor> keep)
    {
        var (padded, taken) = runs.Padding(gates.device);
        var values = gates.reshape(-1).index_select(0, padded).view(runs.Batch, runs.MaxLength);
        var active = zeros(runs.Batch * runs.MaxLength, dtype: ScalarType.Bool, device: gates.device).index_fill(0, taken, true);
        return keep(values, active.view(runs.Batch, runs.MaxLength)).reshape(-1).index_select(0, taken).view(gates.shape);
    }

    /// <param name="gates">Gates of each sequence, <c>[B, T]</c>; negative behind its end.</param>
    /// <param name="layout">How long the sequences are.</param>
    /// <param name="top">How many to keep.</param>
    private static Tensor Top(Tensor gates, SequenceLayout layout, TopK top)
    {
        var order = gates.sort(-1, descending: true, stable: true).Indices;
        var ranks = zeros_like(order).scatter(-1, order, arange(gates.shape[1], device: gates.device).expand_as(order));
        long[] counts = [.. Enumerable.Range(0, layout.Batch).Select(layout.Length)
            .Select(length => Math.Min(length, (long)(top.Count <= 1 ? Math.Ceiling(top.Count * length) : top.Count)))];
        return ranks < tensor(counts, device: gates.device).unsqueeze(-1);
    }
}
