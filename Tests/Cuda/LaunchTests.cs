using Tef.Backends.Cuda;
using Tef.Backends.Cuda.Driver;
using Tef.Backends.Cuda.Filtering;

namespace Tef.Tests.Cuda;

/// <summary>Every argument of every launch, on addresses that nobody reads.</summary>
[NonParallelizable]
public sealed class LaunchTests
{
    private FakeDriver _fake = null!;
    private CudaDeviceKernels _kernels = null!;
    private TokenFilterLaunches _launches = null!;

    // An assumption that fails here skips all tests; in a set-up of each it would not stop the test.
    [OneTimeSetUp]
    public void Compile() => NativeCode.DriverLibrary();

    [SetUp]
    public void SetUp()
    {
        _fake = new FakeDriver();
        var driver = CudaDriver.Open(_fake.Path);
        driver.Initialize();
        _kernels = new CudaDeviceKernels(driver, 0);
        _launches = new TokenFilterLaunches(_kernels);
    }

    [TearDown]
    public void TearDown()
    {
        Assert.That(_fake.OpenContexts, Is.Zero, "contexts that were pushed and not popped");
        _kernels.Dispose();
        Assert.That(_fake.Modules, Is.Zero, "modules that were not unloaded");
        Assert.That(_fake.Retained, Is.Zero, "primary contexts that were not released");
        _fake.Dispose();
    }

    // One block a row; keys of 8 bytes, flags of 1 and 1,432 bytes of sums for a power of two of gates.
    [TestCase(1, 1, 64, 32, 2008)]
    [TestCase(3, 64, 64, 32, 2008)]
    [TestCase(3, 65, 128, 64, 2584)]
    [TestCase(8, 1000, 1024, 512, 10648)]
    [TestCase(8, 2048, 2048, 1024, 19864)]
    [TestCase(100000, 4096, 4096, 1024, 38296)]
    public void KeepMask(int rows, int length, int padded, int threads, int shared)
    {
        _launches.KeepMask(new DeviceRows(0x1000, length + 7), new DeviceRows(0x2000, length + 9), 0x3000, rows, length, 0.75f);
        _launches.KeepMask(new DeviceRows(0x1000, length), DeviceRows.None, 0x3000, rows, length, 1);

        Assert.That(_fake.TakeLog(), Is.EqualTo(new[]
        {
            $"keep_mask_fused grid {rows},1,1 block {threads},1,1 shared {shared} stream 0 "
            + $"args 4096 {length + 7} 8192 {length + 9} 12288 {length} {padded} 0.75f",
            $"keep_mask_fused grid {rows},1,1 block {threads},1,1 shared {shared} stream 0 "
            + $"args 4096 {length} 0 0 12288 {length} {padded} 1f",
        }));
    }

    [Test]
    public void ScatterKeepMask()
    {
        _launches.ScatterKeepMask(0x1000, 0x2000, 0, 0x3000, rows: 3, length: 5000);

        Assert.That(_fake.TakeLog(), Is.EqualTo(new[]
        {
            "scatter_keep_mask grid 59,1,1 block 256,1,1 shared 0 stream 0 args 4096 8192 0 12288 3 5000",
        }));
    }

    [Test]
    public void InvertIndex()
    {
        _launches.InvertIndex(0x1000, 257, 1000, 0x2000);
        _launches.InvertIndex(0x1000, 0, 1000, 0x2000);

        Assert.That(_fake.TakeLog(), Is.EqualTo(new[]
        {
            "fill 8192 value 4294967295 count 1000 stream 0",
            "invert_index grid 2,1,1 block 256,1,1 shared 0 stream 0 args 4096 257 1000 8192",
            "fill 8192 value 4294967295 count 1000 stream 0",
        }));
    }

    // Units of 16 bytes only where every address, stride and row allows them; threads along a row for its units.
    [TestCase(0x1000, 768, 768, 4, 0x3000, "b16", 192, 192, "256,1,1", 100)]
    [TestCase(0x1000, 512, 256, 4, 0x3000, "b16", 128, 64, "64,4,1", 25)]
    [TestCase(0x1000, 512, 256, 2, 0x3000, "b16", 64, 32, "32,8,1", 13)]
    [TestCase(0x1004, 512, 256, 4, 0x3000, "b4", 512, 256, "256,1,1", 100)]
    [TestCase(0x1000, 511, 256, 4, 0x3000, "b4", 511, 256, "256,1,1", 100)]
    [TestCase(0x1000, 511, 256, 2, 0x3000, "b2", 511, 256, "256,1,1", 100)]
    [TestCase(0x1000, 256, 256, 4, 0x3008, "b4", 256, 256, "256,1,1", 100)]
    [TestCase(0x1000, 1, 1, 4, 0x3000, "b4", 1, 1, "32,8,1", 13)]
    [TestCase(0x1000, 4, 4, 2, 0x3000, "b2", 4, 4, "32,8,1", 13)]
    public void Compact(
        int rows, int stride, int columns, int elementBytes, int packed, string unit, int unitStride, int units, string block, int grid)
    {
        _launches.Compact(new DeviceRows(rows, stride), 0x2000, 100, 900, columns, elementBytes, packed);

        Assert.That(_fake.TakeLog(), Is.EqualTo(new[]
        {
            $"compact_rows_{unit} grid {grid},1,1 block {block} shared 0 stream 0 args {rows} {unitStride} 8192 100 900 {units} {packed}",
        }));
    }

    [Test]
    public void Expand()
    {
        _launches.Expand(new DeviceRows(0x1000, 256), 0x2000, new DeviceRows(0x3000, 320), 1000, 256, 4, 0x4000);
        _launches.Expand(new DeviceRows(0x1000, 256), 0x2000, DeviceRows.None, 1000, 256, 2, 0x4000);
        _launches.Expand(new DeviceRows(0x1000, 256), 0x2000, new DeviceRows(0x3002, 256), 1000, 256, 2, 0x4000);

        Assert.That(_fake.TakeLog(), Is.EqualTo(new[]
        {
            "expand_rows_b16 grid 250,1,1 block 64,4,1 shared 0 stream 0 args 4096 64 8192 12288 80 1000 64 16384",
            "expand_rows_b16 grid 125,1,1 block 32,8,1 shared 0 stream 0 args 4096 32 8192 0 0 1000 32 16384",
            "expand_rows_b2 grid 1000,1,1 block 256,1,1 shared 0 stream 0 args 4096 256 8192 12290 256 1000 256 16384",
        }));
    }

    [TestCase(4, 0x1000, "f32x4", 64, "64,4,1", 250)]
    [TestCase(4, 0x1004, "f32", 256, "256,1,1", 1000)]
    [TestCase(2, 0x1000, "bf16x8", 32, "32,8,1", 125)]
    [TestCase(2, 0x1002, "bf16", 256, "256,1,1", 1000)]
    public void ScatterAdd(int elementBytes, int packed, string kernel, int units, string block, int grid)
    {
        _launches.ScatterAdd(new DeviceRows(packed, 256), 0x2000, 500, 0x3000, 1000, 256, elementBytes, 0x4000);

        Assert.That(_fake.TakeLog(), Is.EqualTo(new[]
        {
            $"scatter_add_rows_{kernel} grid {grid},1,1 block {block} shared 0 stream 0 "
            + $"args {packed} {units} 8192 500 12288 1000 {units} 16384",
        }));
    }

    [Test]
    public void MoreBlocksThanAGridHas() =>
        Assert.That(
            () => _launches.KeepMask(new DeviceRows(0x1000, 1), DeviceRows.None, 0x3000, 1L << 31, 1, 1),
            Throws.ArgumentException.With.Message.Contains("2147483647"));

    // The driver's own codes, and what they mean here.
    [TestCase(2, CudaFailure.OutOfMemory)]
    [TestCase(201, CudaFailure.WrongContext)]
    [TestCase(400, CudaFailure.WrongContext)]
    [TestCase(1, CudaFailure.Launch)]
    [TestCase(701, CudaFailure.Launch)]
    [TestCase(700, CudaFailure.ContextLost)]
    [TestCase(715, CudaFailure.ContextLost)]
    [TestCase(719, CudaFailure.ContextLost)]
    public void RefusedLaunch(int code, CudaFailure failure)
    {
        _fake.Fail("cuLaunchKernel", code);

        var refused = Assert.Throws<CudaException>(() => _launches.ScatterKeepMask(0x1000, 0x2000, 0, 0x3000, 1, 10));

        Assert.That(refused!.Failure, Is.EqualTo(failure));
        Assert.That(refused.Code, Is.EqualTo(code));
        Assert.That(
            refused.Message,
            Does.Contain("cuLaunchKernel(scatter_keep_mask)").And.Contain($"{code}").And.Contain("as the test wanted"));
    }

    [Test]
    public void MemoryOfAnotherContext()
    {
        Assert.That(() => _kernels.CheckOwner(0x1000), Throws.Nothing);
        _fake.Set("memory_context", FakeDriver.OtherContext);
        Assert.That(
            () => _kernels.CheckOwner(0x1000),
            Throws.InstanceOf<CudaException>().With.Property(nameof(CudaException.Failure)).EqualTo(CudaFailure.WrongContext));
    }
}
