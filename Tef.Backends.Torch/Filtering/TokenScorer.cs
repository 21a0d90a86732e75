using Tef.Backends.Torch.Models;
using Tef.Core.Filtering;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Filtering;

/// <summary>The token estimation function of one block: <c>s = w·x + b</c>, with an optional layer norm before it.</summary>
internal sealed class TokenScorer : nn.Module<Tensor, Tensor>
{
    private const double OpenGate = 6;

    internal readonly Parameter weight;
    internal readonly Parameter bias;
    internal readonly LayerNorm? norm;
    internal readonly Tensor threshold;

    public TokenScorer(int width, TefOptions options, double epsilon, Generator? random)
        : base(nameof(TokenScorer))
    {
        weight = nn.Parameter(InitialWeights.Normal(width, 1, 0.02, random));
        bias = nn.Parameter(full(1, options.InitialBias));
        norm = options.NormalizeBeforeScore ? nn.LayerNorm(width, epsilon) : null;
        threshold = full(1, float.NegativeInfinity);
        register_buffer(nameof(threshold), threshold);
        RegisterComponents();
    }

    /// <summary>
    /// Gives every token the same score, one that keeps it and leaves a trained block as it was: zero where the gate weighs the
    /// output, since <c>r(σ(0)) = 1</c>, and a gate of almost one where it multiplies the input. A higher threshold raises it.
    /// </summary>
    public void KeepEverything(TefOptions options)
    {
        using var noGrad = no_grad();
        double score = options.InitialBias != 0 ? options.InitialBias : options.Gate == GatePlacement.Input ? OpenGate : 0;
        if (options.Selector is Threshold { Theta: < 1 } rule && rule.Theta >= 1 / (1 + Math.Exp(-score)))
            score = Math.Log(rule.Theta / (1 - rule.Theta)) + 1;
        weight.zero_();
        bias.fill_(score);
        threshold.fill_(float.NegativeInfinity);
        if (norm is not null)
        {
            norm.weight!.fill_(1);
            norm.bias!.zero_();
        }
    }

    /// <param name="rows"><c>[N, C]</c>.</param>
    /// <returns>Scores, <c>[N]</c>.</returns>
    public override Tensor forward(Tensor rows) => addmm(bias, norm is null ? rows : norm.call(rows), weight, 1, 1).squeeze(-1);
}
