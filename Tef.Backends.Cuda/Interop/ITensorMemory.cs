using static TorchSharp.torch;

namespace Tef.Backends.Cuda.Interop;

/// <summary>Where tensors lie. TorchSharp's on the device; a test's in memory that its driver takes for the device's.</summary>
internal interface ITensorMemory
{
    /// <summary>Whether tensors of the engine can be on a device of the driver's at all.</summary>
    bool IsAvailable { get; }

    /// <summary>Whether a tensor's device is one of the driver's.</summary>
    bool IsDevice(Device device);

    /// <summary>The address of the first element.</summary>
    nint Address(Tensor tensor);
}
