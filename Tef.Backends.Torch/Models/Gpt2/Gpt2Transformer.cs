using Tef.Backends.Torch.Engine;
using Tef.Core.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>Token and position embeddings, the blocks and the final layer norm.</summary>
internal sealed class Gpt2Transformer : nn.Module
{
    internal readonly Embedding wte;
    internal readonly Embedding wpe;
    internal readonly ModuleList<Gpt2Block> h;
    internal readonly LayerNorm ln_f;

    private readonly double _dropout;

    public Gpt2Transformer(Gpt2Options options, ComputeKernels kernels, Generator? random)
        : base(nameof(Gpt2Transformer))
    {
        _dropout = options.Dropout;
        wte = Table(options.VocabularySize, options, random);
        wpe = Table(options.Context, options, random);
        h = nn.ModuleList(
            Enumerable.Range(0, options.Layers).Select(block => new Gpt2Block(block, options, kernels, random)).ToArray());
        ln_f = nn.LayerNorm(options.Width, options.LayerNormEpsilon);
        RegisterComponents();
    }

    /// <param name="tokens">Ids, int64 <c>[B, T]</c>.</param>
    /// <param name="start">Position of the first token.</param>
    /// <param name="pass">What the pass is for; receives what the filters did.</param>
    /// <returns><c>[B·T, C]</c>.</returns>
    public Tensor Forward(Tensor tokens, int start, ForwardPass pass)
    {
        using var scope = NewDisposeScope();
        int batch = (int)tokens.shape[0];
        int length = (int)tokens.shape[1];
        var layout = SequenceLayout.Uniform(batch, length);
        var positions = pass.Positions is { } places
            ? wpe.call(places).view(batch, length, -1)
            : wpe.weight.narrow(0, start, length);
        var rows = (wte.call(tokens) + positions).view(layout.Rows, -1);
        if (pass.Training && _dropout > 0)
            rows = F.dropout(rows, _dropout, true);
        foreach (var block in h)
            rows = block.Forward(rows, layout, pass);
        foreach (var trace in pass.Traces)
        {
            trace?.Scores.MoveToOuterDisposeScope();
            trace?.Gates.MoveToOuterDisposeScope();
            trace?.Keep?.MoveToOuterDisposeScope();
        }
        return ln_f.call(rows).MoveToOuterDisposeScope();
    }

    private static Embedding Table(int rows, Gpt2Options options, Generator? random)
    {
        // The table that comes with the module would be drawn for nothing.
        var table = nn.Embedding(1, options.Width);
        var drawn = table.weight;
        table.weight = nn.Parameter(InitialWeights.Normal(rows, options.Width, options.InitializerRange, random));
        drawn.Dispose();
        return table;
    }
}
