using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Core.Filtering;
using Tef.Core.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>
/// Attention and a feed-forward layer, each added to the residual stream, on rows of any layout, with an optional token filter.
/// </summary>
internal sealed class Gpt2Block : nn.Module
{
    internal readonly nn.Module<Tensor, Tensor> ln_1;
    internal readonly Gpt2Attention attn;
    internal readonly nn.Module<Tensor, Tensor>? ln_1_post;
    internal readonly nn.Module<Tensor, Tensor> ln_2;
    internal readonly Gpt2FeedForward mlp;
    internal readonly nn.Module<Tensor, Tensor>? ln_2_post;
    internal readonly TokenScorer? tef;

    private readonly int _block;
    private readonly NormPlacement _placement;
    private readonly double _attentionDropout;
    private readonly double _feedForwardDropout;
    private readonly double _blockDropout;
    private readonly TokenFilter? _filter;

    public Gpt2Block(int block, Gpt2Options options, ComputeKernels kernels, Generator? random)
        : base(nameof(Gpt2Block))
    {
        _block = block;
        var architecture = options.Architecture;
        _placement = architecture.NormPlacement;
        _attentionDropout = architecture.AttentionDropout ?? options.Dropout;
        _feedForwardDropout = architecture.FeedForwardDropout;
        _blockDropout = architecture.BlockDropout ?? options.Dropout;
        ln_1 = Norm.Create(options);
        attn = new Gpt2Attention(options, random);
        ln_2 = Norm.Create(options);
        mlp = new Gpt2FeedForward(options, kernels.Transformer, random);
        if (_placement == NormPlacement.Both)
        {
            ln_1_post = Norm.Create(options);
            ln_2_post = Norm.Create(options);
        }
        if (options.Tef is { } settings && settings.Filters(block, options.Layers))
        {
            tef = new TokenScorer(options.Width, settings, options.LayerNormEpsilon, random);
            _filter = new TokenFilter(settings, block, options.Layers, tef, kernels);
        }
        RegisterComponents();
    }

    /// <summary>The filter's selector, if the block has one.</summary>
    public TokenSelector? Selector => _filter?.Settings.Selector;

    /// <summary>Makes the scorer, if the block has one, keep every token.</summary>
    public void KeepEverything() => tef?.KeepEverything(_filter!.Settings);

    /// <summary>Lets the filter's controller learn from what it saw.</summary>
    /// <param name="trace">What the filter saw.</param>
    /// <param name="progress">How far the kept share has come from 1 to its value.</param>
    public void UpdateController(FilterTrace trace, double progress) => _filter?.UpdateThreshold(trace, progress);

    /// <param name="h">The residual stream, <c>[N, C]</c>.</param>
    /// <param name="layout">How the sequences lie in the rows; uniform.</param>
    /// <param name="pass">What the pass is for; receives what the filter did.</param>
    /// <returns><c>[N, C]</c>.</returns>
    public Tensor Forward(Tensor h, SequenceLayout layout, ForwardPass pass)
    {
        using var scope = NewDisposeScope();
        if (_filter is null)
            return Compute(h, pass.RunsOf(layout), null, pass).MoveToOuterDisposeScope();
        var result = _filter.Apply(h, layout, pass, (rows, rowLayout, visible) => Compute(rows, rowLayout, visible, pass), out var trace);
        pass.Traces[_block] = trace;
        trace.Scores.MoveToOuterDisposeScope();
        trace.Gates.MoveToOuterDisposeScope();
        trace.Keep?.MoveToOuterDisposeScope();
        return result.MoveToOuterDisposeScope();
    }

    private Tensor Compute(Tensor h, SequenceLayout layout, Tensor? visible, ForwardPass pass)
    {
        var attended = Add(
            h, ln_1, rows => attn.Forward(rows, _block, layout, visible, pass, pass.Training ? _attentionDropout : 0), ln_1_post, pass);
        return Add(attended, ln_2, rows => mlp.Forward(rows, pass, pass.Training ? _feedForwardDropout : 0), ln_2_post, pass);
    }

    /// <summary>Adds what a layer makes of rows to them, with norms where the options place them.</summary>
    private Tensor Add(
        Tensor h, nn.Module<Tensor, Tensor> norm, Func<Tensor, Tensor> layer, nn.Module<Tensor, Tensor>? after, ForwardPass pass)
    {
        double dropout = pass.Training ? _blockDropout : 0;
        if (_placement == NormPlacement.Post)
            return norm.call(h + Drop(layer(h), dropout));
        var computed = layer(norm.call(h));
        return h + Drop(after is null ? computed : after.call(computed), dropout);
    }

    private static Tensor Drop(Tensor x, double share) => share > 0 ? F.dropout(x, share, true) : x;
}
