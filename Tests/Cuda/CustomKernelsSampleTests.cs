using Tef.Backends.Torch.Filtering;
using Tef.Samples.CustomKernels;
using static TorchSharp.torch;

namespace Tef.Tests.Cuda;

/// <summary>The kernels of the sample, which anyone may write, against plain tensor operations.</summary>
public sealed class CustomKernelsSampleTests
{
    [TestCase("0 1 2 5 6 9")]
    [TestCase("3")]
    [TestCase("0 1 2 3 4 5 6 7 8 9")]
    [TestCase("")]
    public void ValuesAndGradientsEqualTheReference(string kept)
    {
        using var scope = NewDisposeScope();
        var index = tensor(kept.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToArray());
        var results = new List<float[][]>();
        foreach (var kernels in new ITokenFilterKernels[] { new ReferenceTokenFilterKernels(), new RunKernels() })
        {
            manual_seed(2);
            var weights = randn(10, 4);
            var rows = randn(10, 4).requires_grad_();
            var packed = kernels.Compact(rows, index);
            var back = kernels.Expand(rows, index, packed * 2);
            (back * weights).sum().backward();
            results.Add([.. new[] { packed, back, rows.grad! }.Select(values => values.detach().contiguous().data<float>().ToArray())]);
        }
        Assert.That(results[1], Is.EqualTo(results[0]));
    }
}
