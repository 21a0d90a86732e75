using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary><c>w·x/√(mean(x²) + ε)</c> (Zhang and Sennrich, 2019).</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    internal readonly Parameter weight;

    private readonly double _epsilon;

    public RmsNorm(int width, double epsilon)
        : base(nameof(RmsNorm))
    {
        _epsilon = epsilon;
        weight = nn.Parameter(ones(width));
        RegisterComponents();
    }

    /// <param name="rows"><c>[N, C]</c>.</param>
    /// <returns><c>[N, C]</c>.</returns>
    public override Tensor forward(Tensor rows) => rows * rows.square().mean([-1], keepdim: true).add(_epsilon).rsqrt() * weight;
}
