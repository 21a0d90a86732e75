using Tef.Backends.Torch.Engine;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>Multi-head causal self-attention (Vaswani et al., 2017) between two projections.</summary>
internal sealed class Gpt2Attention : nn.Module
{
    internal readonly Conv1D c_attn;
    internal readonly Conv1D c_proj;

    private readonly int _heads;

    public Gpt2Attention(Gpt2Options options, Generator? random)
        : base(nameof(Gpt2Attention))
    {
        _heads = options.Heads;
        c_attn = new Conv1D(options.Width, 3 * options.Width, options.InitializerRange, random);
        c_proj = new Conv1D(options.Width, options.Width, options.InitializerRange / Math.Sqrt(2.0 * options.Layers), random);
        RegisterComponents();
    }

    /// <param name="rows"><c>[N, C]</c>.</param>
    /// <param name="block">The block, counted from zero.</param>
    /// <param name="layout">How the sequences lie in the rows.</param>
    /// <param name="visible">Rows that may be attended to, bool <c>[N]</c>; all when null.</param>
    /// <param name="pass">How rows attend.</param>
    /// <param name="dropout">Share of attention weights to drop.</param>
    /// <returns><c>[N, C]</c>.</returns>
    public Tensor Forward(Tensor rows, int block, SequenceLayout layout, Tensor? visible, ForwardPass pass, double dropout) =>
        c_proj.Forward(pass.Attention.Attend(block, c_attn.Forward(rows, pass), _heads, layout, visible, dropout), pass);
}
