using System.Text;
using Tef.Backends.Cuda.Driver;
using TorchSharp;

namespace Tef.Backends.Cuda;

/// <summary>A device that the driver lists.</summary>
/// <param name="Index">Its number, as in <c>cuda:N</c>.</param>
/// <param name="Name">The name the driver gives it.</param>
/// <param name="ComputeCapability">7.0 and up can run the kernels.</param>
/// <param name="MemoryBytes">Its memory.</param>
public sealed record CudaDeviceInfo(int Index, string Name, Version ComputeCapability, long MemoryBytes)
{
    /// <summary>Whether the device can run the kernels.</summary>
    public bool IsSupported => ComputeCapability >= CudaAvailability.LeastComputeCapability;
}

/// <summary>What CUDA kernels would find on this machine. Asking creates no context and takes no device memory.</summary>
/// <param name="Library">The driver's library.</param>
/// <param name="DriverVersion">The CUDA version that the driver supports; null without a driver.</param>
/// <param name="Devices">All devices.</param>
/// <param name="TensorEngineHasCuda">Whether this build of the tensor engine can put tensors on a CUDA device.</param>
/// <param name="Failure">Why the kernels cannot be used; null when nothing speaks against them.</param>
/// <param name="Reason">The same in words; empty when nothing speaks against them.</param>
public sealed record CudaAvailability(
    string Library,
    Version? DriverVersion,
    IReadOnlyList<CudaDeviceInfo> Devices,
    bool TensorEngineHasCuda,
    CudaFailure? Failure,
    string Reason)
{
    /// <summary>The first compute capability whose devices run the kernels (Volta).</summary>
    public static Version LeastComputeCapability { get; } = new(7, 0);

    /// <summary>The first CUDA version whose drivers read the kernels (PTX 6.0).</summary>
    public static Version LeastDriverVersion { get; } = new(9, 0);

    /// <summary>Whether at least one device can run the kernels on tensors of this process.</summary>
    public bool IsUsable => Failure is null && TensorEngineHasCuda;

    /// <summary>Looks for the driver and its devices.</summary>
    /// <param name="options">Where the driver is; the usual place when null.</param>
    public static CudaAvailability Probe(CudaOptions? options = null)
    {
        string library = options?.DriverLibrary ?? CudaDriver.DefaultLibrary;
        bool engine = torch.cuda.is_available();
        Version? version = null;
        IReadOnlyList<CudaDeviceInfo> devices = [];
        try
        {
            var driver = CudaDriver.Open(library);
            version = driver.Version;
            driver.Initialize();
            devices = driver.Devices();
            if (!devices.Any(device => device.IsSupported))
            {
                throw new CudaException(
                    devices.Count == 0 ? CudaFailure.NoDevice : CudaFailure.DeviceTooOld,
                    devices.Count == 0
                        ? "the CUDA driver lists no device"
                        : $"no device has compute capability {LeastComputeCapability} or more: "
                            + string.Join(", ", devices.Select(device => $"{device.Name} has {device.ComputeCapability}")));
            }
            return new CudaAvailability(
                library, version, devices, engine, null,
                engine ? "" : "this build of the tensor engine has no CUDA support (a TorchSharp-cuda package brings it)");
        }
        catch (CudaException failure)
        {
            return new CudaAvailability(library, version, devices, engine, failure.Failure, failure.Message);
        }
    }

    /// <summary>A few lines for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append("CUDA kernels: ").AppendLine(IsUsable ? "usable" : $"not usable, {Reason}");
        text.Append("  driver      ").Append(Library).AppendLine(DriverVersion is null ? ": none" : $": CUDA {DriverVersion}");
        text.Append("  tensors     ").AppendLine(TensorEngineHasCuda ? "can be put on a device" : "stay on the processor in this build");
        foreach (var device in Devices)
        {
            text.Append($"  cuda:{device.Index}      {device.Name}, compute capability {device.ComputeCapability}, ")
                .Append($"{device.MemoryBytes / (double)(1 << 30):0.0} GiB").AppendLine(device.IsSupported ? "" : " (too old)");
        }
        return text.ToString().TrimEnd();
    }
}
