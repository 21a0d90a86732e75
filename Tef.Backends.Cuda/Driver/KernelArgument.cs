namespace Tef.Backends.Cuda.Driver;

/// <summary>An argument of a kernel: up to eight bytes, read by the driver in the size that the kernel declares.</summary>
internal readonly struct KernelArgument
{
    private KernelArgument(ulong bits) => Bits = bits;

    public ulong Bits { get; }

    public static implicit operator KernelArgument(nint address) => new((ulong)address);

    public static implicit operator KernelArgument(long value) => new((ulong)value);

    public static implicit operator KernelArgument(int value) => new((uint)value);

    public static implicit operator KernelArgument(float value) => new(BitConverter.SingleToUInt32Bits(value));
}
