using static TorchSharp.torch;

namespace Tef.Tests.Tensors;

/// <summary>Random tensors behind random chains of views, each with its naive twin.</summary>
internal sealed class RandomTensors(int seed)
{
    internal System.Random Numbers { get; } = new(seed);

    internal long[] Shape(int maxRank = 4) =>
        [.. Enumerable.Range(0, Numbers.Next(maxRank + 1)).Select(_ => Numbers.Next(12) == 0 ? 0 : Numbers.NextInt64(1, 6))];

    internal (Tensor, Naive) Next(ScalarType type = ScalarType.Float32, long[]? shape = null, int views = 3)
    {
        long[] start = shape ?? Shape();
        Tensor tensor = type switch
        {
            ScalarType.Bool => rand(start).lt(0.5),
            ScalarType.Int64 or ScalarType.Int32 or ScalarType.Byte => randint(0, 9, start, ScalarType.Int64).to_type(type),
            _ => randn(start).to_type(type),
        };
        Naive naive = Naive.Of(tensor);
        for (int i = Numbers.Next(views + 1); i > 0; i--)
            (tensor, naive) = View(tensor, naive);
        return (tensor, naive);
    }

    /// <summary>A shape that broadcasts with the given one: dimensions dropped, added or set to 1.</summary>
    internal long[] Partner(long[] shape)
    {
        long[] partner = [.. shape.Select(size => Numbers.Next(3) == 0 ? 1 : size)];
        int drop = Numbers.Next(partner.Length + 1);
        return Numbers.Next(4) == 0 ? [2, .. partner] : partner[drop..];
    }

    internal int[] Dims(int rank) =>
        [.. Enumerable.Range(0, rank).Where(_ => Numbers.Next(2) == 0)];

    private (Tensor, Naive) View(Tensor tensor, Naive naive)
    {
        int rank = naive.Shape.Length;
        switch (Numbers.Next(6))
        {
            case 0:
                int[] order = [.. Enumerable.Range(0, rank)];
                Numbers.Shuffle(order);
                return (tensor.permute(Array.ConvertAll(order, d => (long)d)), naive.Permute(order));
            case 1 when rank > 0:
                int dim = Numbers.Next(rank);
                long start = Numbers.NextInt64(naive.Shape[dim] + 1), stop = Numbers.NextInt64(
                    start, naive.Shape[dim] + 1), step = 1 + Numbers.Next(3);
                return (tensor.slice(dim, start, stop, step), naive.Slice(dim, start, stop, step));
            case 2 when rank > 0 && naive.Shape.All(size => size > 0):
                int from = Numbers.Next(rank);
                long at = Numbers.NextInt64(naive.Shape[from]);
                return (tensor.select(from, at - (Numbers.Next(2) == 0 ? naive.Shape[from] : 0)), naive.Select(from, at));
            case 3 when rank < 5:
                int where = Numbers.Next(rank + 1);
                return (tensor.unsqueeze(where), naive.Unsqueeze(where));
            case 4:
                long[] wide = [.. naive.Shape.Select(size => size == 1 ? Numbers.NextInt64(1, 4) : size)];
                if (rank < 5)
                    wide = [2, .. wide];
                return (tensor.expand(wide), naive.Expand(wide));
            case 5 when rank > 1:
                long[] flat = [naive.Shape[0] * naive.Shape[1], .. naive.Shape[2..]];
                return (tensor.reshape(flat), naive.Reshape(flat));
            default:
                return (tensor, naive);
        }
    }
}
