using static TorchSharp.torch;

namespace Tef.Tests.Tensors;

/// <summary>
/// Holds the gradients of a function against finite differences. The differences are taken in double, where they are exact to about
/// nine digits; so the function is also seen to give the same in both precisions.
/// </summary>
internal static class GradientCheck
{
    private const double Step = 1e-5;

    /// <param name="function">Of tensors of one type to a tensor of the same type.</param>
    /// <param name="inputs">Float64 values at which to look.</param>
    internal static void Run(Func<Tensor[], Tensor> function, params Tensor[] inputs)
    {
        using var scope = NewDisposeScope();
        Tensor[] wide = Leaves(inputs, ScalarType.Float64), single = Leaves(inputs, ScalarType.Float32);
        Tensor exact = function(wide), result = function(single);
        Assert.That(result.shape, Is.EqualTo(exact.shape), "shape");
        Assert.That(Distance(result, exact), Is.LessThan(1e-4), "the results in Float32 and Float64");

        using (no_grad())
        {
            manual_seed(7);
            Tensor weights = randn(exact.shape, ScalarType.Float64);
            exact.backward([weights]);
            result.backward([weights.to_type(ScalarType.Float32)]);
            for (int i = 0; i < inputs.Length; i++)
            {
                Tensor expected = Differences(function, wide, i, weights);
                Assert.That(wide[i].grad, Is.Not.Null, $"gradient of input {i}");
                Assert.That(Distance(wide[i].grad!, expected), Is.LessThan(1e-6), $"gradient of input {i} in Float64");
                Assert.That(Distance(single[i].grad!, expected), Is.LessThan(2e-4), $"gradient of input {i} in Float32");
            }
        }
    }

    private static Tensor[] Leaves(Tensor[] inputs, ScalarType type) =>
        Array.ConvertAll(inputs, input => input.to_type(type, copy: true).detach().requires_grad_());

    private static Tensor Differences(Func<Tensor[], Tensor> function, Tensor[] inputs, int which, Tensor weights)
    {
        Tensor x = inputs[which], gradient = zeros_like(x);
        var at = x.data<double>();
        var to = gradient.data<double>();
        for (long i = 0; i < x.numel(); i++)
        {
            using var scope = NewDisposeScope();
            double before = at[i];
            at[i] = before + Step;
            double up = (function(inputs) * weights).sum().item<double>();
            at[i] = before - Step;
            double down = (function(inputs) * weights).sum().item<double>();
            at[i] = before;
            to[i] = (up - down) / (2 * Step);
        }
        return gradient;
    }

    /// <summary>The largest difference relative to the size of the numbers.</summary>
    private static double Distance(Tensor a, Tensor b)
    {
        if (b.numel() == 0)
            return 0;
        Tensor wide = b.to_type(ScalarType.Float64);
        return (a.to_type(ScalarType.Float64) - wide).abs().max().item<double>() / Math.Max(1, wide.abs().max().item<double>());
    }
}
