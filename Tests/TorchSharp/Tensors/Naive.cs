using static TorchSharp.torch;

namespace Tef.Tests.Tensors;

/// <summary>A tensor as mathematics sees it: a shape and a function of indices. What the engine computes is held against it.</summary>
internal sealed record Naive(long[] Shape, Func<long[], double> At)
{
    internal static Naive Of(Tensor tensor)
    {
        double[] values = tensor.to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
        long[] shape = tensor.shape;
        return new Naive(shape, index => values[Place(shape, index)]);
    }

    internal Naive Map(Func<double, double> function) => new(Shape, index => function(At(index)));

    internal Naive With(Naive other, Func<double, double, double> function)
    {
        int rank = Math.Max(Shape.Length, other.Shape.Length);
        var shape = new long[rank];
        for (int i = 1; i <= rank; i++)
        {
            long a = i <= Shape.Length ? Shape[^i] : 1, b = i <= other.Shape.Length ? other.Shape[^i] : 1;
            shape[^i] = a == 1 ? b : a;
        }
        return new Naive(shape, index => function(Broadcast(this, index), Broadcast(other, index)));
    }

    internal Naive Permute(int[] order) =>
        new(Array.ConvertAll(order, d => Shape[d]), index =>
        {
            var source = new long[order.Length];
            for (int i = 0; i < order.Length; i++)
                source[order[i]] = index[i];
            return At(source);
        });

    internal Naive Slice(int dim, long start, long stop, long step)
    {
        long[] shape = [.. Shape];
        shape[dim] = (stop - start + step - 1) / step;
        return new Naive(shape, index =>
        {
            long[] source = [.. index];
            source[dim] = start + (index[dim] * step);
            return At(source);
        });
    }

    internal Naive Select(int dim, long at) =>
        new([.. Shape[..dim], .. Shape[(dim + 1)..]], index => At([.. index[..dim], at, .. index[dim..]]));

    internal Naive Unsqueeze(int dim) =>
        new([.. Shape[..dim], 1, .. Shape[dim..]], index => At([.. index[..dim], .. index[(dim + 1)..]]));

    internal Naive Expand(long[] shape) => new(shape, index => Broadcast(this, index));

    internal Naive Reshape(long[] shape) =>
        new(shape, index => At(Index(Shape, Place(shape, index))));

    /// <summary>All elements along some dimensions, in order.</summary>
    internal Naive Reduce(int[] dims, Func<double[], double> function)
    {
        long[] shape = [.. Shape.Select((size, d) => dims.Contains(d) ? 1 : size)];
        long[] window = [.. dims.Select(d => Shape[d])];
        return new Naive(shape, index =>
        {
            var values = new double[window.Aggregate(1L, (a, b) => a * b)];
            for (long i = 0; i < values.Length; i++)
            {
                long[] at = Index(window, i), source = [.. index];
                for (int k = 0; k < dims.Length; k++)
                    source[dims[k]] = at[k];
                values[i] = At(source);
            }
            return function(values);
        });
    }

    internal double[] Values()
    {
        var values = new double[Shape.Aggregate(1L, (a, b) => a * b)];
        for (long i = 0; i < values.Length; i++)
            values[i] = At(Index(Shape, i));
        return values;
    }

    /// <summary>Asserts that the tensor has this shape and these values.</summary>
    internal void Check(Tensor tensor, string what, double tolerance = 1e-5)
    {
        Assert.That(tensor.shape, Is.EqualTo(Shape), $"{what}: shape");
        double[] expected = Values(), found = tensor.to_type(ScalarType.Float64).data<double>().ToArray();
        for (int i = 0; i < expected.Length; i++)
            Assert.That(
                found[i], Is.EqualTo(expected[i]).Within(double.IsFinite(expected[i]) ? tolerance * Math.Max(1, Math.Abs(expected[i])) : 0),
                $"{what}: element {i}");
    }

    private static double Broadcast(Naive tensor, long[] index)
    {
        int lead = index.Length - tensor.Shape.Length;
        return tensor.At([.. tensor.Shape.Select((size, d) => size == 1 ? 0 : index[d + lead])]);
    }

    private static long Place(long[] shape, long[] index)
    {
        long place = 0;
        for (int d = 0; d < shape.Length; d++)
            place = (place * shape[d]) + index[d];
        return place;
    }

    private static long[] Index(long[] shape, long place)
    {
        var index = new long[shape.Length];
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            index[d] = place % shape[d];
            place /= shape[d];
        }
        return index;
    }
}
