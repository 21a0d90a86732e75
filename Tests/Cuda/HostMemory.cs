using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tef.Backends.Cuda.Interop;
using static TorchSharp.torch;

namespace Tef.Tests.Cuda;

/// <summary>Takes tensors on the processor for tensors on the device, so that a driver which computes there can serve them.</summary>
internal sealed class HostMemory : ITensorMemory
{
    public bool IsAvailable => true;

    public bool IsDevice(Device device) => true;

    public unsafe nint Address(Tensor tensor)
    {
        if (tensor.numel() == 0)
            return 0;
        using var scope = NewDisposeScope();
        var first = tensor;
        for (int dimension = 0; dimension < tensor.dim(); dimension++)
            first = first.narrow(dimension, 0, 1);
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
