using Tef.Backends.Torch.Engine;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>
/// Causal self-attention of several heads (Vaswani et al., 2017) between two projections. Heads of queries may share keys and
/// values (Ainslie et al., 2023).
/// </summary>
internal sealed class Gpt2Attention : nn.Module
{
    internal readonly Conv1D c_attn;
    internal readonly Conv1D c_proj;

    private readonly HeadLayout _heads;
    private readonly RotaryPositions? _rotary;

    public Gpt2Attention(Gpt2Options options, Generator? random)
        : base(nameof(Gpt2Attention))
    {
        var architecture = options.Architecture;
        _heads = new HeadLayout(options.Heads, options.KeyValueHeads, options.HeadSize);
        c_attn = new Conv1D(options.Width, _heads.Columns, architecture.Bias, InitialDeviation.Of(options), random);
        c_proj = new Conv1D(options.Width, options.Width, architecture.Bias, InitialDeviation.OfResidual(options), random);
        _rotary = architecture.Positions == PositionEncoding.Rotary ? new RotaryPositions(options, _heads) : null;
        RegisterComponents();
    }

    /// <param name="rows"><c>[N, C]</c>.</param>
    /// <param name="block">The block, counted from zero.</param>
    /// <param name="layout">How the sequences lie in the rows.</param>
    /// <param name="visible">Rows that may be attended to, bool <c>[N]</c>; all when null.</param>
    /// <param name="pass">How rows attend.</param>
    /// <param name="dropout">Share of attention weights to drop.</param>
    /// <returns><c>[N, C]</c>.</returns>
    public Tensor Forward(Tensor rows, int block, SequenceLayout layout, Tensor? visible, ForwardPass pass, double dropout)
    {
        var qkv = c_attn.Forward(rows, pass);
        if (_rotary is not null)
            qkv = _rotary.Apply(qkv, layout.Positions!);
        return c_proj.Forward(pass.Attention.Attend(block, qkv, _heads, layout, visible, dropout), pass);
    }
}
