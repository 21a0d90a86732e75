using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Core.Filtering;
using Tef.Core.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>
/// A pre-norm block, <c>h + attn(ln_1(h))</c> then <c>+ mlp(ln_2(·))</c>, on rows of any layout, with an optional token filter.
/// </summary>
internal sealed class Gpt2Block : nn.Module
{
    internal readonly LayerNorm ln_1;
    internal readonly Gpt2Attention attn;
    internal readonly LayerNorm ln_2;
    internal readonly Gpt2FeedForward mlp;
    internal readonly TokenScorer? tef;

    private readonly int _block;
    private readonly double _dropout;
    private readonly TokenFilter? _filter;

    public Gpt2Block(int block, Gpt2Options options, ComputeKernels kernels, Generator? random)
        : base(nameof(Gpt2Block))
    {
        _block = block;
        _dropout = options.Dropout;
        ln_1 = nn.LayerNorm(options.Width, options.LayerNormEpsilon);
        attn = new Gpt2Attention(options, random);
        ln_2 = nn.LayerNorm(options.Width, options.LayerNormEpsilon);
        mlp = new Gpt2FeedForward(options, kernels.Transformer, random);
        if (options.Tef is { } settings && settings.Filters(block, options.Layers))
        {
            tef = new TokenScorer(options.Width, settings, options.LayerNormEpsilon, random);
            _filter = new TokenFilter(settings, tef, kernels);
        }
        RegisterComponents();
    }

    /// <summary>The filter's selector, if the block has one.</summary>
    public TokenSelector? Selector => _filter?.Settings.Selector;

    /// <summary>Makes the scorer, if the block has one, keep every token.</summary>
    public void KeepEverything() => tef?.KeepEverything(_filter!.Settings);

    /// <summary>Lets the filter's controller learn from what it saw.</summary>
    public void UpdateController(FilterTrace trace) => _filter?.UpdateThreshold(trace);

    /// <param name="h">The residual stream, <c>[N, C]</c>.</param>
    /// <param name="layout">How the sequences lie in the rows; uniform.</param>
    /// <param name="pass">What the pass is for; receives what the filter did.</param>
    /// <returns><c>[N, C]</c>.</returns>
    public Tensor Forward(Tensor h, SequenceLayout layout, ForwardPass pass)
    {
        using var scope = NewDisposeScope();
        if (_filter is null)
            return Compute(h, pass.Runs ?? layout, null, pass).MoveToOuterDisposeScope();
        var result = _filter.Apply(h, layout, pass, (rows, rowLayout, visible) => Compute(rows, rowLayout, visible, pass), out var trace);
        pass.Traces[_block] = trace;
        trace.Scores.MoveToOuterDisposeScope();
        trace.Gates.MoveToOuterDisposeScope();
        trace.Keep?.MoveToOuterDisposeScope();
        return result.MoveToOuterDisposeScope();
    }

    private Tensor Compute(Tensor h, SequenceLayout layout, Tensor? visible, ForwardPass pass)
    {
        double dropout = pass.Training ? _dropout : 0;
        var attended = h + Drop(attn.Forward(ln_1.call(h), _block, layout, visible, pass, dropout), dropout);
        return attended + Drop(mlp.Forward(ln_2.call(attended), pass), dropout);
    }

    private static Tensor Drop(Tensor x, double share) => share > 0 ? F.dropout(x, share, true) : x;
}
