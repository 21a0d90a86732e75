using Tef.Backends.Torch.Engine;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>
/// Rotary position embedding (Su et al., 2021): the pair <c>(x_i, x_{i + D/2})</c> of every query and key is turned by
/// <c>position·base^(−2i/D)</c>, so that their product depends on how far apart they are.
/// </summary>
internal sealed class RotaryPositions : nn.Module
{
    internal readonly Tensor cosines;
    internal readonly Tensor sines;

    private readonly HeadLayout _heads;

    public RotaryPositions(Gpt2Options options, HeadLayout heads)
        : base(nameof(RotaryPositions))
    {
        _heads = heads;
        int pairs = heads.Size / 2;
        cosines = Table(Math.Cos);
        sines = Table(Math.Sin);
        // Known from the options, so no file needs to hold them.
        register_buffer(nameof(cosines), cosines, persistent: false);
        register_buffer(nameof(sines), sines, persistent: false);

        Tensor Table(Func<double, double> function)
        {
            var numbers = new float[options.Context * pairs];
            for (int i = 0; i < numbers.Length; i++)
            {
                double angle = i / pairs * Math.Pow(options.Architecture.RotaryBase, -2.0 * (i % pairs) / heads.Size);
                numbers[i] = (float)function(angle);
            }
            return tensor(numbers).view(options.Context, 1, pairs);
        }
    }

    /// <summary>Turns the queries and keys.</summary>
    /// <param name="qkv"><c>[N, (H + 2·G)·D]</c>.</param>
    /// <param name="positions">Where each row stands in its text, int64 <c>[N]</c>.</param>
    /// <returns><c>[N, (H + 2·G)·D]</c>.</returns>
    public Tensor Apply(Tensor qkv, Tensor positions)
    {
        int turned = _heads.Queries + _heads.KeyValues, half = _heads.Size / 2;
        long rows = qkv.shape[0];
        var x = qkv.view(rows, -1, _heads.Size).narrow(1, 0, turned);
        var (first, second) = (x.narrow(2, 0, half), x.narrow(2, half, half));
        var cos = cosines.index_select(0, positions);
        var sin = sines.index_select(0, positions);
        var rotated = cat([(first * cos) - (second * sin), (second * cos) + (first * sin)], 2).view(rows, -1);
        return cat([rotated, qkv.narrow(1, rotated.shape[1], (long)_heads.KeyValues * _heads.Size)], 1);
    }
}
