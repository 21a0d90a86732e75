using Tef.Backends.Torch.Engine;
using Tef.Core.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>Token and position embeddings, the blocks and the final norm.</summary>
internal sealed class Gpt2Transformer : nn.Module
{
    internal readonly Embedding wte;
    internal readonly Embedding? wpe;
    internal readonly ModuleList<Gpt2Block> h;
    internal readonly nn.Module<Tensor, Tensor>? ln_f;

    private readonly SinusoidalPositions? _sinusoidal;
    private readonly bool _rotary;
    private readonly double _dropout;

    public Gpt2Transformer(Gpt2Options options, ComputeKernels kernels, Generator? random)
        : base(nameof(Gpt2Transformer))
    {
        var architecture = options.Architecture;
        double deviation = InitialDeviation.Of(options);
        _dropout = architecture.EmbeddingDropout ?? options.Dropout;
        _rotary = architecture.Positions == PositionEncoding.Rotary;
        wte = InitialWeights.Table(options.VocabularySize, options.Width, deviation, random);
        if (architecture.Positions == PositionEncoding.Learned)
            wpe = InitialWeights.Table(options.Context, options.Width, deviation, random);
        if (architecture.Positions == PositionEncoding.Sinusoidal)
            _sinusoidal = new SinusoidalPositions(options);
        h = nn.ModuleList(
            Enumerable.Range(0, options.Layers).Select(block => new Gpt2Block(block, options, kernels, random)).ToArray());
        if (architecture.NormPlacement != NormPlacement.Post)
            ln_f = Norm.Create(options);
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
        var layout = SequenceLayout.Uniform(batch, length, _rotary ? Positions(tokens, start, pass) : null);
        var embedded = wte.call(tokens);
        pass.Embeddings = embedded.view(layout.Rows, -1);
        var rows = AddPositions(embedded, start, pass).view(layout.Rows, -1);
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
        return (ln_f is null ? rows : ln_f.call(rows)).MoveToOuterDisposeScope();
    }

    /// <returns><c>[B, T, C]</c>.</returns>
    private Tensor AddPositions(Tensor embedded, int start, ForwardPass pass)
    {
        if (_sinusoidal is not null)
            return _sinusoidal.Apply(embedded, start, pass.Positions);
        if (wpe is null)
            return embedded;
        return embedded + (pass.Positions is { } places
            ? wpe.call(places).view(embedded.shape)
            : wpe.weight.narrow(0, start, embedded.shape[1]));
    }

    /// <returns>Where each row stands in its text, int64 <c>[B·T]</c>.</returns>
    private static Tensor Positions(Tensor tokens, int start, ForwardPass pass) =>
        pass.Positions
        ?? arange(start, start + tokens.shape[1], dtype: ScalarType.Int64, device: tokens.device).repeat(tokens.shape[0]);
}
