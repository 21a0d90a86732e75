namespace Tef.Backends.Cuda;

/// <summary>How the CUDA kernels are loaded.</summary>
public sealed class CudaOptions
{
    /// <summary>
    /// Path or name of the driver's library; <c>nvcuda.dll</c> on Windows and <c>libcuda.so.1</c> elsewhere when null.
    /// </summary>
    public string? DriverLibrary { get; set; }
}
