using Tef.Backends.Cuda;
using Tef.Backends.Cuda.Driver;
using Tef.Backends.Cuda.Filtering;
using static TorchSharp.torch;

namespace Tef.Tests.Cuda;

/// <summary>Drivers that are missing, old, without a device, or that refuse the kernels.</summary>
[NonParallelizable]
public sealed class DriverTests
{
    [Test]
    public void NoDriver()
    {
        var found = CudaAvailability.Probe(new CudaOptions { DriverLibrary = "no-such-driver.so" });

        Assert.That(found.IsUsable, Is.False);
        Assert.That(found.Failure, Is.EqualTo(CudaFailure.NoDriver));
        Assert.That(found.Reason, Does.Contain("no-such-driver.so is not installed"));
        Assert.That(found.ToString(), Does.Contain("not usable").And.Contain("no-such-driver.so: none"));
    }

    [Test]
    public void ALibraryThatIsNoDriver()
    {
        Assume.That(OperatingSystem.IsLinux(), "takes the C library of Linux for a driver");
        var found = CudaAvailability.Probe(new CudaOptions { DriverLibrary = "libc.so.6" });

        Assert.That(found.Failure, Is.EqualTo(CudaFailure.DriverTooOld));
        Assert.That(found.Reason, Does.Contain("lacks cuDriverGetVersion"));
    }

    [Test]
    public void DriverTooOld()
    {
        using var fake = new FakeDriver();
        fake.Set("version", 8000);

        var found = CudaAvailability.Probe(fake.Options);

        Assert.That(found.Failure, Is.EqualTo(CudaFailure.DriverTooOld));
        Assert.That(found.Reason, Does.Contain("supports CUDA 8.0").And.Contain("need 9.0"));
    }

    [TestCase(100, CudaFailure.NoDevice)]
    [TestCase(34, CudaFailure.NoDriver)]
    [TestCase(803, CudaFailure.DriverTooOld)]
    public void DriverThatDoesNotStart(int code, CudaFailure failure)
    {
        using var fake = new FakeDriver();
        fake.Fail("cuInit", code);

        var found = CudaAvailability.Probe(fake.Options);

        Assert.That(found.Failure, Is.EqualTo(failure));
        Assert.That(found.DriverVersion, Is.EqualTo(new Version(12, 8)));
        Assert.That(found.Reason, Does.Contain("cuInit").And.Contain($"{code}"));
    }

    [Test]
    public void NoDevice()
    {
        using var fake = new FakeDriver();
        fake.Set("devices", 0);
        Assert.That(CudaAvailability.Probe(fake.Options).Failure, Is.EqualTo(CudaFailure.NoDevice));
    }

    [Test]
    public void DeviceTooOld()
    {
        using var fake = new FakeDriver();
        fake.Set("major", 6);
        fake.Set("minor", 1);

        var found = CudaAvailability.Probe(fake.Options);
        Assert.That(found.Failure, Is.EqualTo(CudaFailure.DeviceTooOld));
        Assert.That(found.Reason, Does.Contain("Fake GPU has 6.1"));

        using var kernels = new CudaTokenFilterKernels(fake.Options, new CollectedLog(), new HostMemory());
        Assert.That(kernels.CanServe(CPU, out string reason), Is.False);
        Assert.That(reason, Does.Contain("6.1").And.Contain("7.0"));
    }

    [Test]
    public void ReportOfADevice()
    {
        using var fake = new FakeDriver();
        fake.Set("devices", 2);

        var found = CudaAvailability.Probe(fake.Options);

        Assert.That(found.Failure, Is.Null);
        Assert.That(found.Devices, Is.EqualTo(new[]
        {
            new CudaDeviceInfo(0, "Fake GPU", new Version(8, 6), 24L << 30),
            new CudaDeviceInfo(1, "Fake GPU", new Version(8, 6), 24L << 30),
        }));
        Assert.That(found.IsUsable, Is.EqualTo(cuda.is_available()));
        Assert.That(found.ToString(), Does.Contain("cuda:1").And.Contain("compute capability 8.6").And.Contain("24.0 GiB"));
        Assert.That(fake.Retained, Is.Zero, "asking creates no context");
    }

    [TestCase("cuDevicePrimaryCtxRetain", 2, "out of memory")]
    [TestCase("cuModuleLoadDataEx", 2, "out of memory")]
    [TestCase("cuModuleLoadDataEx", 218, "ptxas: line 7: nonsense")]
    [TestCase("cuModuleLoadDataEx", 222, "too old")]
    [TestCase("cuModuleLoadDataEx", 209, "device is too old")]
    [TestCase("cuModuleGetFunction", 500, "did not accept the kernels")]
    [TestCase("cuCtxPushCurrent", 201, "context")]
    public void KernelsThatAreRefused(string entryPoint, int code, string expected)
    {
        using var fake = new FakeDriver();
        fake.Fail(entryPoint, code);
        using var kernels = new CudaTokenFilterKernels(fake.Options, new CollectedLog(), new HostMemory());

        Assert.That(kernels.CanServe(CPU, out string reason), Is.False);
        Assert.That(reason, Does.Contain(expected).And.Contain(entryPoint));
        Assert.That(fake.Retained, Is.Zero, "what was taken is given back");
        Assert.That(fake.Modules, Is.Zero);
    }

    [Test]
    public void DeviceThatIsNotThere()
    {
        using var fake = new FakeDriver();
        using var kernels = new CudaTokenFilterKernels(fake.Options, new CollectedLog(), new HostMemory());

        Assert.That(kernels.CanServe(device("cuda:3"), out string reason), Is.False);
        Assert.That(reason, Does.Contain("cuda:3").And.Contain("lists 1"));
    }

    [Test]
    public void EveryKernelOfTheSourcesIsLoaded()
    {
        using var fake = new FakeDriver();
        var driver = CudaDriver.Open(fake.Path);
        driver.Initialize();
        using (var kernels = new CudaDeviceKernels(driver, 0))
        {
            Assert.That(fake.Modules, Is.EqualTo(2));
            Assert.That(fake.Retained, Is.EqualTo(1));
        }
        Assert.That(fake.Modules, Is.Zero);
        Assert.That(fake.Retained, Is.Zero);
    }
}
