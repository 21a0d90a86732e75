using System.Text.Json;
using Tef.Backends.Cuda;
using Tef.Backends.Cuda.Filtering;
using Tef.Backends.Torch.Filtering;
using TorchSharp;
using static TorchSharp.torch;

namespace Tef.Tests.Cuda;

/// <summary>
/// The kernels behind tensors and gradients, from the interface down to the sources, on a driver that runs them on the processor.
/// </summary>
[NonParallelizable]
public sealed class TokenFilterOnFakeDriverTests
{
    private readonly ReferenceTokenFilterKernels _reference = new();
    private FakeDriver _fake = null!;
    private CollectedLog _log = null!;
    private CudaTokenFilterKernels _kernels = null!;
    private DisposeScope _scope = null!;

    // An assumption that fails here skips all tests; in a set-up of each it would not stop the test.
    [OneTimeSetUp]
    public void Compile() => NativeCode.DriverLibrary();

    [SetUp]
    public void SetUp()
    {
        _fake = new FakeDriver();
        _fake.Set("execute", 1);
        _log = new CollectedLog();
        _kernels = new CudaTokenFilterKernels(_fake.Options, _log, new HostMemory());
        _scope = NewDisposeScope();
        manual_seed(5);
    }

    [TearDown]
    public void TearDown()
    {
        _scope.Dispose();
        Assert.That(_fake.OpenContexts, Is.Zero);
        _kernels.Dispose();
        Assert.That(_fake.Retained, Is.Zero);
        _fake.Dispose();
        _log.Dispose();
    }

    [TestCase(1, 1)]
    [TestCase(3, 7)]
    [TestCase(4, 33)]
    [TestCase(2, 300)]
    public void KeepMaskEqualsTheReference(int rows, int length)
    {
        var gates = rand(rows, length);
        var active = rand(rows, length) > 0.3f;
        foreach (float tau in new[] { 0, 0.5f, 0.95f, 1 })
        {
            Assert.That(Flags(_kernels.KeepMask(gates, null, tau)), Is.EqualTo(Flags(_reference.KeepMask(gates, null, tau))));
            Assert.That(Flags(_kernels.KeepMask(gates, active, tau)), Is.EqualTo(Flags(_reference.KeepMask(gates, active, tau))));
        }
        Assert.That(_log.Lines, Is.Empty);
    }

    [Test]
    public void KeepMasksEqualThoseOfPyTorch()
    {
        using var cases = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("tef_keep_mask.json")));
        foreach (var item in cases.RootElement.EnumerateArray())
        {
            var gates = Matrix(item.GetProperty("gates"));
            var mask = item.GetProperty("attention_mask");
            var active = mask.ValueKind == JsonValueKind.Null ? null : Matrix(mask) > 0;
            foreach (var expected in item.GetProperty("keep").EnumerateObject())
            {
                var keep = _kernels.KeepMask(gates, active, float.Parse(expected.Name));
                Assert.That(Flags(keep), Is.EqualTo(Flags(Matrix(expected.Value) > 0)), $"τ = {expected.Name}");
            }
        }
    }

    [Test]
    public void KeepMaskOfRowsApartAndTransposed()
    {
        var wide = rand(3, 40);
        var gates = wide.narrow(1, 8, 20);
        var active = (rand(3, 50) > 0.5f).narrow(1, 3, 20);
        Assert.That(Flags(_kernels.KeepMask(gates, active, 0.6f)), Is.EqualTo(Flags(_reference.KeepMask(gates, active, 0.6f))));
        Assert.That(_fake.TakeLog()[0], Does.Contain(" 40 ").And.Contain(" 50 "), "rows are read where they are");

        var turned = rand(20, 3).transpose(0, 1);
        Assert.That(Flags(_kernels.KeepMask(turned, null, 0.6f)), Is.EqualTo(Flags(_reference.KeepMask(turned, null, 0.6f))));
    }

    [Test]
    public void KeepMaskOfNothing()
    {
        Assert.That(_kernels.KeepMask(rand(0, 5), null, 0.5f).shape, Is.EqualTo(new long[] { 0, 5 }));
        Assert.That(_fake.TakeLog(), Is.Empty);
    }

    [Test]
    public void RowsWithoutShares()
    {
        var gates = tensor(new[] { float.NaN, 0.5f, 0.5f, 0.5f, float.NaN, 0.5f, 0.2f, 0.3f, 0.4f }).view(3, 3);
        var active = tensor(new[] { true, true, true, false, true, true, false, false, false }).view(3, 3);

        var keep = Flags(_kernels.KeepMask(gates, active, 0.9f));

        Assert.That(keep, Is.EqualTo(new[] { true, false, false, false, false, false, false, false, false }));
        Assert.That(keep, Is.EqualTo(Flags(_reference.KeepMask(gates, active, 0.9f))));
    }

    [Test]
    public void LongRowsAreSortedByTheTensorLibrary()
    {
        var gates = rand(2, TokenFilterLaunches.MaxFusedLength + 1);
        var active = rand(2, TokenFilterLaunches.MaxFusedLength + 1) > 0.2f;

        var keep = _kernels.KeepMask(gates, active, 0.7f);

        Assert.That(_fake.TakeLog(), Has.Length.EqualTo(1).And.Some.StartsWith("scatter_keep_mask "));
        Assert.That(Flags(keep), Is.EqualTo(Flags(_reference.KeepMask(gates, active, 0.7f))));
    }

    // Widths that allow 16 bytes at a time, and that do not.
    [TestCase(8)]
    [TestCase(3)]
    [TestCase(1)]
    [TestCase(300)]
    public void ValuesAndGradientsEqualTheReference(int width)
    {
        var index = tensor(new long[] { 0, 2, 3, 6, 8 });
        var weights = randn(9, width);
        var packedWeights = randn(5, width);

        var results = new List<float[][]>();
        foreach (ITokenFilterKernels kernels in new ITokenFilterKernels[] { _reference, _kernels })
        {
            manual_seed(9);
            var rows = randn(9, width).requires_grad_();
            var packed = randn(5, width).requires_grad_();
            var compacted = kernels.Compact(rows, index);
            var expanded = kernels.Expand(rows, index, packed);
            ((compacted * packedWeights).sum() + (expanded * weights).sum()).backward();
            results.Add([Floats(compacted), Floats(expanded), Floats(rows.grad!), Floats(packed.grad!)]);
        }

        Assert.That(results[1], Is.EqualTo(results[0]));
        string[] launched = [.. _fake.TakeLog().Select(line => line.Split(' ')[0])];
        string unit = width % 4 == 0 ? "b16" : "b4";
        Assert.That(launched, Is.EquivalentTo(new[]
        {
            $"compact_rows_{unit}", "fill", "invert_index", $"expand_rows_{unit}",
            $"expand_rows_{unit}", $"compact_rows_{unit}",
            "fill", "invert_index", width % 4 == 0 ? "scatter_add_rows_f32x4" : "scatter_add_rows_f32",
        }));
        Assert.That(_log.Lines, Is.Empty);
    }

    [Test]
    public void GradientsOfRepeatedRowsAddUp()
    {
        var rows = randn(4, 6).requires_grad_();
        var index = tensor(new long[] { 1, 1, 1, 3 });
        var weights = randn(4, 6);

        (_kernels.Compact(rows, index) * weights).sum().backward();

        Assert.That(allclose(rows.grad!, zeros(4, 6).index_add(0, index, weights, 1)), Is.True);
    }

    [Test]
    public void OnlyTheGradientsThatAreNeededAreComputed()
    {
        var rows = randn(6, 4);
        var packed = randn(2, 4).requires_grad_();
        var index = tensor(new long[] { 1, 4 });

        _kernels.Expand(rows, index, packed).sum().backward();
        Assert.That(_fake.TakeLog().Select(line => line.Split(' ')[0]), Is.EqualTo(new[]
        {
            "fill", "invert_index", "expand_rows_b16", "compact_rows_b16",
        }));

        using (no_grad())
            Assert.That(_kernels.Compact(packed, tensor(new long[] { 1 })).requires_grad, Is.False);
    }

    [Test]
    public void NothingKeptAndNothingThere()
    {
        var rows = randn(3, 4);
        var none = zeros(0, dtype: ScalarType.Int64);
        Assert.That(_kernels.Compact(rows, none).shape, Is.EqualTo(new long[] { 0, 4 }));
        Assert.That(Floats(_kernels.Expand(rows, none, zeros(0, 4))), Is.EqualTo(Floats(rows)));
        Assert.That(_kernels.Expand(zeros(0, 4), none, zeros(0, 4)).shape, Is.EqualTo(new long[] { 0, 4 }));
    }

    [Test]
    public void RowsApartAreReadWhereTheyAre()
    {
        var rows = randn(5, 12).narrow(1, 4, 8);
        var index = tensor(new long[] { 0, 4 });

        Assert.That(Floats(_kernels.Compact(rows, index)), Is.EqualTo(Floats(_reference.Compact(rows, index))));
        Assert.That(_fake.TakeLog(), Has.Length.EqualTo(1).And.Some.Contains(" 3 "), "a stride of three units of 16 bytes");
    }

    [Test]
    public void OtherTypesGoToTheReference()
    {
        var rows = arange(12, dtype: ScalarType.Int64).view(4, 3);
        var index = tensor(new long[] { 3 });

        Assert.That(_kernels.Compact(rows, index).data<long>().ToArray(), Is.EqualTo(new long[] { 9, 10, 11 }));
        _ = _kernels.Compact(rows, index);

        Assert.That(_fake.TakeLog(), Is.Empty);
        Assert.That(_log.Lines, Has.Count.EqualTo(1), "said once");
        Assert.That(_log.Lines[0], Does.Contain("compact").And.Contain("Int64 [4, 3]"));
    }

    [TestCase(2, "out of memory")]
    [TestCase(701, "refused a launch")]
    [TestCase(201, "context")]
    public void ARefusedLaunchIsComputedAnotherWay(int code, string expected)
    {
        var gates = rand(2, 9);
        var rows = randn(4, 4).requires_grad_();
        var index = tensor(new long[] { 1, 2 });
        var compacted = _kernels.Compact(rows, index);
        _fake.TakeLog();
        _fake.Fail("cuLaunchKernel", code);

        Assert.That(Flags(_kernels.KeepMask(gates, null, 0.5f)), Is.EqualTo(Flags(_reference.KeepMask(gates, null, 0.5f))));
        compacted.sum().backward();
        Assert.That(Floats(rows.grad!.sum(1)), Is.EqualTo(new float[] { 0, 4, 4, 0 }));
        Assert.That(Floats(_kernels.Expand(rows, index, compacted)), Is.EqualTo(Floats(rows)));

        Assert.That(_fake.TakeLog(), Has.Length.EqualTo(1), "one attempt, then none");
        Assert.That(_log.Lines[0], Does.Contain("not used any more").And.Contain(expected));
        Assert.That(_kernels.CanServe(CPU, out string reason), Is.False);
        Assert.That(reason, Does.Contain(expected));
    }

    [Test]
    public void MemoryOfAnotherContextGoesToTheReference()
    {
        _fake.Set("memory_context", FakeDriver.OtherContext);
        var gates = rand(2, 9);

        Assert.That(Flags(_kernels.KeepMask(gates, null, 0.5f)), Is.EqualTo(Flags(_reference.KeepMask(gates, null, 0.5f))));

        Assert.That(_fake.TakeLog(), Is.Empty);
        Assert.That(_log.Lines[0], Does.Contain("primary context"));
    }

    [Test]
    public void ALostContextIsAnError()
    {
        var rows = randn(4, 4);
        // The kernel notices the index outside the rows; the next call hears of it.
        _ = _kernels.Compact(rows, tensor(new long[] { 7 }));

        var lost = Assert.Throws<CudaException>(() => _kernels.Compact(rows, tensor(new long[] { 1 })));

        Assert.That(lost!.Failure, Is.EqualTo(CudaFailure.ContextLost));
        Assert.That(lost.Message, Does.Contain("nothing on the device can be used any more"));
    }

    [Test]
    public void ManyThreads()
    {
        var gates = rand(4, 40);
        var rows = randn(6, 5);
        var index = tensor(new long[] { 0, 5 });
        bool[] expected = Flags(_reference.KeepMask(gates, null, 0.5f));

        Parallel.For(0, 16, _ =>
        {
            using var scope = NewDisposeScope();
            Assert.That(Flags(_kernels.KeepMask(gates, null, 0.5f)), Is.EqualTo(expected));
            Assert.That(_kernels.Compact(rows, index).shape, Is.EqualTo(new long[] { 2, 5 }));
            Assert.That(_fake.OpenContexts, Is.Zero);
        });
        Assert.That(_fake.Retained, Is.EqualTo(1));
    }

    private static bool[] Flags(Tensor mask) => mask.contiguous().data<bool>().ToArray();

    private static float[] Floats(Tensor values) => values.detach().contiguous().data<float>().ToArray();

    private static Tensor Matrix(JsonElement rows)
    {
        var values = rows.EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray()).ToArray();
        return tensor(values.SelectMany(row => row).ToArray()).view(values.Length, values[0].Length);
    }
}
