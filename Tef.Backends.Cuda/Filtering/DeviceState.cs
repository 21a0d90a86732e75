using Microsoft.Extensions.Logging;
using Tef.Backends.Cuda.Driver;
using static TorchSharp.torch;

namespace Tef.Backends.Cuda.Filtering;

/// <summary>The kernels of a device, or why there are none (any more).</summary>
internal sealed class DeviceState(CudaDeviceKernels? kernels, string? obstacle, ILogger logger) : IDisposable
{
    private readonly TokenFilterLaunches? _launches = kernels is null ? null : new TokenFilterLaunches(kernels);
    private volatile string? _obstacle = obstacle;
    private volatile bool _ownerChecked;

    /// <summary>Why the kernels cannot be used; null when they can.</summary>
    public string? Obstacle => _obstacle;

    /// <summary>
    /// Runs launches. When one is refused nothing has run that would be seen: the kernels are not used again on this device, and the
    /// caller computes in another way.
    /// </summary>
    /// <param name="address">Memory that the launches read; zero for none.</param>
    /// <param name="launch">The launches.</param>
    /// <returns>What the launches compute; null when they were refused.</returns>
    /// <exception cref="CudaException">The context is lost: no other way would work.</exception>
    public Tensor? Try(nint address, Func<TokenFilterLaunches, Tensor> launch)
    {
        if (_obstacle is not null)
            return null;
        try
        {
            CheckOwner(address);
            return launch(_launches!);
        }
        catch (CudaException failure) when (failure.Failure != CudaFailure.ContextLost)
        {
            _obstacle = failure.Message;
            logger.LogWarning("CUDA kernels are not used any more: {Reason}", failure.Message);
            return null;
        }
    }

    public void Dispose() => kernels?.Dispose();

    /// <summary>Sees, once, that tensors and kernels share a context.</summary>
    private void CheckOwner(nint address)
    {
        if (_ownerChecked || address == 0)
            return;
        kernels!.CheckOwner(address);
        _ownerChecked = true;
    }
}
