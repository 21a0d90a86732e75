namespace Tef.Backends.Cuda;

/// <summary>The CUDA driver refused something, or is missing.</summary>
public sealed class CudaException : Exception
{
    internal CudaException(CudaFailure failure, string message, int code = 0)
        : base(message)
    {
        Failure = failure;
        Code = code;
    }

    /// <summary>What went wrong.</summary>
    public CudaFailure Failure { get; }

    /// <summary>The driver's result code (<c>CUresult</c>); zero when the driver was not asked.</summary>
    public int Code { get; }
}
