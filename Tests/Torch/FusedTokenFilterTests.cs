using FsCheck;
using FsCheck.Fluent;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.ManagedEngine;
using static TorchSharp.torch;

namespace Tef.Tests.Torch;

/// <summary>The token filter of the managed engine against plain tensor operations, to the last bit, on gates of every kind.</summary>
public sealed class FusedTokenFilterTests
{
    private static readonly ReferenceTokenFilterKernels Reference = new();
    private static readonly ManagedTokenFilterKernels Fused = new();

    public static IEnumerable<TestCaseData> Gates()
    {
        yield return Case("uniform", (b, t) => rand(b, t));
        yield return Case("nearly equal", (b, t) => (rand(b, t) * 1e-6) + 0.5);
        yield return Case("equal", (b, t) => full(b, t, 0.5f));
        yield return Case("few values", (b, t) => (rand(b, t) * 4).floor() * 0.25);
        yield return Case("wide range", (b, t) => (randn(b, t) * 12).sigmoid());
        yield return Case("almost all closed", (b, t) => (randn(b, t) * 30).sigmoid());
        yield return Case("zeros", (b, t) => zeros(b, t));
        yield return Case("negative", (b, t) => randn(b, t));
        yield return Case("not a number", (b, t) => rand(b, t).masked_fill(rand(b, t) < 0.01, double.NaN));
        yield return Case("infinite", (b, t) => rand(b, t).masked_fill(rand(b, t) < 0.01, double.PositiveInfinity));

        static TestCaseData Case(string name, Func<long, long, Tensor> gates) => new TestCaseData(gates).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Gates))]
    public void KeepMaskEqualsTheReference(Func<long, long, Tensor> gates)
    {
        manual_seed(11);
        foreach (var (batch, length) in new[] { (1, 1), (1, 7), (3, 8), (2, 100), (5, 129), (16, 512), (2, 5000) })
        {
            foreach (float tau in new[] { 0, 0.01f, 0.3f, 0.5f, 0.9f, 0.95f, 0.99f, 1, 1.5f })
            {
                using var scope = NewDisposeScope();
                var values = gates(batch, length);
                var active = rand(batch, length) < 0.7;
                Same(values, null, tau);
                Same(values, active, tau);
                Same(values, zeros_like(active), tau);
            }
        }
    }

    [Test]
    public void KeepMaskOfViews()
    {
        using var scope = NewDisposeScope();
        manual_seed(12);
        Same(rand(40, 6).t(), null, 0.6f);
        Same(rand(6, 80)[TensorIndex.Colon, TensorIndex.Slice(3, 44)], (rand(41, 6) < 0.5).t(), 0.6f);
        Same(rand(0, 5), null, 0.6f);
        Same(rand(2, 3, 50), null, 0.6f);
    }

    [Test]
    public void RowsGoWhereTheReferencePutsThem() => Prop.ForAll(
        Gen.Choose(0, 90).SelectMany(rows => Gen.Choose(1, 40).SelectMany(width => Gen.Choose(0, 100).Select(seed => (rows, width, seed))))
            .ToArbitrary(),
        item =>
        {
            using var scope = NewDisposeScope();
            manual_seed(item.seed);
            var rows = randn(item.rows, item.width);
            var index = (rand(item.rows) < (item.seed / 100.0)).nonzero().squeeze(-1);
            var packed = randn(index.shape[0], item.width);
            return Equal(Fused.Compact(rows, index), Reference.Compact(rows, index))
                && Equal(Fused.Expand(rows, index, packed), Reference.Expand(rows, index, packed));
        }).QuickCheckThrowOnFailure();

    [Test]
    public void IndicesInAnyOrderAreLeftToTheReference()
    {
        using var scope = NewDisposeScope();
        var rows = randn(5, 3);
        var index = tensor(new long[] { 4, 0, 2 });
        var packed = randn(3, 3);

        Assert.That(Equal(Fused.Compact(rows, index), Reference.Compact(rows, index)), Is.True);
        Assert.That(Equal(Fused.Expand(rows, index, packed), Reference.Expand(rows, index, packed)), Is.True);
        Assert.That(() => Fused.Compact(rows, tensor(new long[] { 1, 5 })), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Fused.Expand(rows, tensor(new long[] { 1, 2 }), packed), Throws.InstanceOf<Exception>());
    }

    [Test]
    public void TheyServeTheProcessorAlone()
    {
        Assert.That(Fused.CanServe(CPU, out _), Is.True);
        Assert.That(Fused.CanServe(device("cuda"), out string reason), Is.False);
        Assert.That(reason, Does.Contain("CPU"));
        Assert.That(Fused.Priority, Is.GreaterThan(Reference.Priority));
    }

    private static void Same(Tensor gates, Tensor? active, float tau)
    {
        var expected = Reference.KeepMask(gates, active, tau);
        var actual = Fused.KeepMask(gates, active, tau);
        Assert.That(actual.shape, Is.EqualTo(expected.shape));
        Assert.That(
            actual.data<bool>().ToArray(), Is.EqualTo(expected.data<bool>().ToArray()),
            $"[{string.Join(", ", gates.shape)}], τ = {tau}, active {(active is null ? "all" : "some")}");
    }

    private static bool Equal(Tensor a, Tensor b) =>
        a.shape.SequenceEqual(b.shape) && a.data<float>().ToArray().AsSpan().SequenceEqual(b.data<float>().ToArray());
}
