namespace TorchSharp.Kernels;

/// <summary>All calls of one kernel in a profile.</summary>
internal sealed class KernelTime
{
    public long Calls { get; private set; }

    public double Seconds { get; private set; }

    public double Flops { get; private set; }

    public double Bytes { get; private set; }

    public void Add(double seconds, double flops, double bytes)
    {
        Calls++;
        Seconds += seconds;
        Flops += flops;
        Bytes += bytes;
    }
}
