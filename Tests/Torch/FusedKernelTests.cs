using Tef.Backends.Torch.Decoding;
using Tef.Backends.Torch.Engine;
using static TorchSharp.torch;

namespace Tef.Tests.Torch;

/// <summary>The fused transformer kernels against plain TorchSharp: values and gradients.</summary>
public sealed class FusedKernelTests
{
    private static readonly ITransformerKernels Reference = new ReferenceTransformerKernels();
    private static readonly ITransformerKernels Fused = TransformerKernelsChoice.Best();

    [TestCase(1, 4, 8)]
    [TestCase(7, 16, 33)]
    [TestCase(130, 64, 96)]
    public void LinearGelu(int rows, int inputs, int outputs) => Compare(
        [[rows, inputs], [inputs, outputs], [outputs]], (kernels, x) => kernels.LinearGelu(x[0], x[1], x[2]));

    [Test]
    public void LinearGeluWithoutBias() => Compare([[9, 12], [12, 21]], (kernels, x) => kernels.LinearGelu(x[0], x[1], null));

    [TestCase(5, 8, 11)]
    [TestCase(70, 32, 300)]
    public void LinearCrossEntropy(int rows, int width, int classes)
    {
        using var scope = NewDisposeScope();
        var targets = randint(0, classes, [rows], dtype: ScalarType.Int64);
        Compare([[rows, width], [classes, width]], (kernels, x) => kernels.LinearCrossEntropy(x[0], x[1], targets));
        Compare([[rows, width], [classes, width]], (kernels, x) => kernels.LinearCrossEntropy(x[0], x[1], targets) * 0.5 + x[0].sum());
        var hidden = randn(rows, width);
        var head = randn(classes, width);
        AssertClose(Fused.TokenLosses(hidden, head, targets), Reference.TokenLosses(hidden, head, targets));
    }

    [TestCase(5, 8, 11)]
    [TestCase(70, 32, 300)]
    public void RowsWithoutTargetDoNotCount(int rows, int width, int classes)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var ignored = rand(rows) < 0.4;
        ignored[0] = true;
        ignored[1] = false;
        var targets = randint(0, classes, [rows], dtype: ScalarType.Int64).masked_fill(ignored, -100);
        Compare([[rows, width], [classes, width]], (kernels, x) => kernels.LinearCrossEntropy(x[0], x[1], targets));
        var hidden = randn(rows, width);
        var head = randn(classes, width);
        var losses = Fused.TokenLosses(hidden, head, targets);
        AssertClose(losses, Reference.TokenLosses(hidden, head, targets));
        Assert.That(losses.masked_select(ignored).abs().max().item<float>(), Is.Zero);
        var counted = ignored.logical_not();
        AssertClose(
            Fused.LinearCrossEntropy(hidden, head, targets), losses.masked_select(counted).mean(), "the mean is over rows that count");
        Assert.That(Fused.LinearCrossEntropy(hidden, head, full(rows, -100L, dtype: ScalarType.Int64)).item<float>(), Is.NaN);
    }

    [TestCase(2, 1, 1, 4)]
    [TestCase(2, 17, 2, 8)]
    [TestCase(3, 70, 4, 16)]
    public void CausalAttention(int batch, int length, int heads, int size)
    {
        var layout = SequenceLayout.Uniform(batch, length);
        Compare([[batch * length, 3 * heads * size]], (kernels, x) => kernels.CausalAttention(x[0], heads, layout, null, 0));
    }

    [Test]
    public void CausalAttentionOfSequencesOfUnequalLength()
    {
        var layout = SequenceLayout.Ragged([5, 0, 1, 40, 33]);
        Compare([[79, 3 * 2 * 8]], (kernels, x) => kernels.CausalAttention(x[0], 2, layout, null, 0));
    }

    [Test]
    public void CausalAttentionWithHiddenKeys()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var layout = SequenceLayout.Uniform(2, 19);
        var visible = rand(38) > 0.5;
        Compare([[38, 3 * 2 * 8]], (kernels, x) => kernels.CausalAttention(x[0], 2, layout, visible, 0));
    }

    [Test]
    public void AttentionDropoutKeepsTheMean()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(1);
        var qkv = randn(2 * 8, 3 * 16);
        var layout = SequenceLayout.Uniform(2, 8);
        var expected = Fused.CausalAttention(qkv, 2, layout, null, 0);
        var sum = zeros_like(expected);
        const int draws = 2000;
        for (int i = 0; i < draws; i++)
        {
            using var inner = NewDisposeScope();
            sum.add_(Fused.CausalAttention(qkv, 2, layout, null, 0.2));
        }
        Assert.That((sum / draws - expected).abs().max().item<float>(), Is.LessThan(0.1f));
    }

    [TestCase(2, 2)]
    [TestCase(4, 2)]
    [TestCase(4, 1)]
    public void CachedAttention(int queries, int keyValues)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(9);
        var heads = new HeadLayout(queries, keyValues, 8);
        using var fusedCache = new KeyValueCache(3, keyValues, 8, 64, CPU);
        using var referenceCache = new KeyValueCache(3, keyValues, 8, 64, CPU);
        int[][] steps = [[7, 7, 7], [1, 1, 1], [2, 0, 5], [1, 1, 0], [1, 1, 1], [4, 4, 4]];
        foreach (int[] lengths in steps)
        {
            var layout = SequenceLayout.Ragged(lengths);
            var qkv = randn(layout.Rows, heads.Columns);
            AssertClose(
                Fused.CachedAttention(qkv, heads, layout, null, fusedCache),
                Reference.CachedAttention(qkv, heads, layout, null, referenceCache));
            Assert.That(fusedCache.Bytes, Is.EqualTo(referenceCache.Bytes));
        }
    }

    private static void Compare(long[][] shapes, Func<ITransformerKernels, Tensor[], Tensor> compute)
    {
        using var scope = NewDisposeScope();
        manual_seed(17);
        var values = Array.ConvertAll(shapes, shape => randn(shape));
        Tensor? weights = null;
        var (result, gradients) = Run(Fused);
        var (expected, expectedGradients) = Run(Reference);

        AssertClose(result, expected);
        for (int i = 0; i < shapes.Length; i++)
            AssertClose(gradients[i], expectedGradients[i], $"gradient {i}");

        (Tensor Result, Tensor[] Gradients) Run(ITransformerKernels kernels)
        {
            var inputs = Array.ConvertAll(values, value => value.clone().requires_grad_());
            var output = compute(kernels, inputs);
            weights ??= randn(output.shape);
            // Twice, because gradients accumulate.
            (output * weights).sum().backward();
            (compute(kernels, inputs) * weights).sum().backward();
            return (output.detach(), Array.ConvertAll(inputs, input => input.grad!));
        }
    }

    private static void AssertClose(Tensor actual, Tensor expected, string what = "values")
    {
        Assert.That(actual.shape, Is.EqualTo(expected.shape), what);
        float scale = 1 + expected.abs().max().item<float>();
        Assert.That((actual - expected).abs().max().item<float>(), Is.LessThan(2e-5f * scale), what);
    }
}
