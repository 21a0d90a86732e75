using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Tef.Backends.Cuda.Interop;

/// <summary>
/// CUDA tensors of TorchSharp. Its public API gives spans over processor memory only, so that the address on a device comes from its
/// native library.
/// </summary>
internal sealed partial class TorchSharpMemory : ITensorMemory
{
    public bool IsAvailable => cuda.is_available();

    public bool IsDevice(Device device) => device.type == DeviceType.CUDA;

    public nint Address(Tensor tensor)
    {
        nint address = THSTensor_data(tensor.Handle);
        GC.KeepAlive(tensor);
        return address;
    }

    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_data(nint tensor);
}
