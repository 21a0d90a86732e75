namespace Tef.Backends.Cuda;

/// <summary>Why CUDA kernels cannot be used, or what went wrong with them.</summary>
public enum CudaFailure
{
    /// <summary>Anything that has no name of its own here; the message has the driver's.</summary>
    Other,

    /// <summary>No CUDA driver is installed, or it cannot be started.</summary>
    NoDriver,

    /// <summary>The driver is older than the kernels need.</summary>
    DriverTooOld,

    /// <summary>There is a driver and no device.</summary>
    NoDevice,

    /// <summary>The device is older than the kernels need.</summary>
    DeviceTooOld,

    /// <summary>Memory or a handle belongs to another context than the one the kernels run in.</summary>
    WrongContext,

    /// <summary>The driver did not accept the kernels.</summary>
    Load,

    /// <summary>A launch was refused; nothing ran.</summary>
    Launch,

    /// <summary>The device has not enough memory left.</summary>
    OutOfMemory,

    /// <summary>A kernel failed while it ran. The context is lost, and with it all tensors of the device.</summary>
    ContextLost,
}
