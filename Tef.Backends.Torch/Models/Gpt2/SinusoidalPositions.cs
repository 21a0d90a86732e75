using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>
/// Fixed positions (Vaswani et al., 2017): column <c>2i</c> is <c>sin(position/10000^(2i/C))</c>, column <c>2i + 1</c> the cosine.
/// </summary>
internal sealed class SinusoidalPositions : nn.Module
{
    private const double Base = 10_000;

    internal readonly Tensor table;

    private readonly double _scale;

    public SinusoidalPositions(Gpt2Options options)
        : base(nameof(SinusoidalPositions))
    {
        int width = options.Width;
        _scale = Math.Sqrt(width);
        var numbers = new float[options.Context * width];
        for (int i = 0; i < numbers.Length; i++)
        {
            int column = i % width;
            double angle = i / width / Math.Pow(Base, (column - (column % 2)) / (double)width);
            numbers[i] = (float)(column % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        }
        table = tensor(numbers).view(options.Context, width);
        // Known from the options, so no file needs to hold it.
        register_buffer(nameof(table), table, persistent: false);
    }

    /// <summary>Scales the vectors of tokens by √C and adds those of their positions.</summary>
    /// <param name="embedded"><c>[B, T, C]</c>.</param>
    /// <param name="start">Position of the first token.</param>
    /// <param name="positions">Position of each token where they do not go up from <paramref name="start"/>, int64 <c>[B·T]</c>.</param>
    /// <returns><c>[B, T, C]</c>.</returns>
    public Tensor Apply(Tensor embedded, int start, Tensor? positions) => (embedded * _scale)
        + (positions is null ? table.narrow(0, start, embedded.shape[1]) : table.index_select(0, positions).view(embedded.shape));
}
