using Tef.Core.Filtering;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Filtering;

/// <summary>The token estimation function of one block: <c>s = w·h + b</c>, with an optional layer norm before it.</summary>
internal sealed class TokenScorer : nn.Module<Tensor, Tensor>
{
    internal readonly Parameter weight;
    internal readonly Parameter bias;
    internal readonly LayerNorm? norm;
    internal readonly Tensor threshold;

    public TokenScorer(int width, TefOptions options, double epsilon, Generator random)
        : base(nameof(TokenScorer))
    {
        weight = nn.Parameter(randn(width, 1, generator: random).mul_(0.02));
        bias = nn.Parameter(full(1, options.InitialBias));
        norm = options.NormalizeBeforeScore ? nn.LayerNorm(width, epsilon) : null;
        threshold = full(1, float.NegativeInfinity);
        register_buffer(nameof(threshold), threshold);
        RegisterComponents();
    }

    /// <param name="rows"><c>[N, C]</c>.</param>
    /// <returns>Scores, <c>[N]</c>.</returns>
    public override Tensor forward(Tensor rows) => addmm(bias, norm is null ? rows : norm.call(rows), weight, 1, 1).squeeze(-1);
}
