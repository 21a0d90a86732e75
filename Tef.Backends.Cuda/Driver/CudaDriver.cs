using System.Runtime.InteropServices;

namespace Tef.Backends.Cuda.Driver;

/// <summary>
/// The CUDA driver's library and the few of its entry points that are needed (CUDA Driver API). Loaded at run time, so that a machine
/// without it is no error. Once started it stays loaded: it has threads and handlers of its own.
/// </summary>
internal sealed unsafe class CudaDriver
{
    private const int ComputeCapabilityMajor = 75;
    private const int ComputeCapabilityMinor = 76;
    private const int PointerContext = 1;

    private readonly nint _library;
    private readonly delegate* unmanaged<uint, CudaResult> _init;
    private readonly delegate* unmanaged<int*, CudaResult> _getDeviceCount;
    private readonly delegate* unmanaged<int*, int, CudaResult> _getDevice;
    private readonly delegate* unmanaged<byte*, int, int, CudaResult> _getDeviceName;
    private readonly delegate* unmanaged<nuint*, int, CudaResult> _getDeviceMemory;
    private readonly delegate* unmanaged<int*, int, int, CudaResult> _getDeviceAttribute;
    private readonly delegate* unmanaged<CudaResult, byte**, CudaResult> _getErrorName;
    private readonly delegate* unmanaged<CudaResult, byte**, CudaResult> _getErrorText;
    private readonly delegate* unmanaged<nint*, int, nint, CudaResult> _getPointerAttribute;

    private CudaDriver(string name, nint library)
    {
        Name = name;
        _library = library;
        var getVersion = (delegate* unmanaged<int*, CudaResult>)Export("cuDriverGetVersion");
        _init = (delegate* unmanaged<uint, CudaResult>)Export("cuInit");
        _getDeviceCount = (delegate* unmanaged<int*, CudaResult>)Export("cuDeviceGetCount");
        _getDevice = (delegate* unmanaged<int*, int, CudaResult>)Export("cuDeviceGet");
        _getDeviceName = (delegate* unmanaged<byte*, int, int, CudaResult>)Export("cuDeviceGetName");
        _getDeviceMemory = (delegate* unmanaged<nuint*, int, CudaResult>)Export("cuDeviceTotalMem_v2");
        _getDeviceAttribute = (delegate* unmanaged<int*, int, int, CudaResult>)Export("cuDeviceGetAttribute");
        _getErrorName = (delegate* unmanaged<CudaResult, byte**, CudaResult>)Export("cuGetErrorName");
        _getErrorText = (delegate* unmanaged<CudaResult, byte**, CudaResult>)Export("cuGetErrorString");
        _getPointerAttribute = (delegate* unmanaged<nint*, int, nint, CudaResult>)Export("cuPointerGetAttribute");
        RetainPrimaryContext = (delegate* unmanaged<nint*, int, CudaResult>)Export("cuDevicePrimaryCtxRetain");
        ReleasePrimaryContext = (delegate* unmanaged<int, CudaResult>)Export("cuDevicePrimaryCtxRelease_v2");
        PushContext = (delegate* unmanaged<nint, CudaResult>)Export("cuCtxPushCurrent_v2");
        PopContext = (delegate* unmanaged<nint*, CudaResult>)Export("cuCtxPopCurrent_v2");
        LoadModule = (delegate* unmanaged<nint*, byte*, uint, int*, void**, CudaResult>)Export("cuModuleLoadDataEx");
        UnloadModule = (delegate* unmanaged<nint, CudaResult>)Export("cuModuleUnload");
        GetFunction = (delegate* unmanaged<nint*, nint, byte*, CudaResult>)Export("cuModuleGetFunction");
        Fill32 = (delegate* unmanaged<nint, uint, nuint, nint, CudaResult>)Export("cuMemsetD32Async");
        LaunchKernel =
            (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, CudaResult>)Export("cuLaunchKernel");

        int version;
        Check(getVersion(&version), "cuDriverGetVersion", CudaFailure.NoDriver);
        Version = new Version(version / 1000, version % 1000 / 10);
        if (Version < CudaAvailability.LeastDriverVersion)
        {
            throw new CudaException(
                CudaFailure.DriverTooOld,
                $"the CUDA driver {name} supports CUDA {Version}; the kernels need {CudaAvailability.LeastDriverVersion} or later");
        }
    }

    /// <summary>The driver's library where none is named.</summary>
    public static string DefaultLibrary => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    public string Name { get; }

    /// <summary>The CUDA version that the driver supports.</summary>
    public Version Version { get; }

    public delegate* unmanaged<nint*, int, CudaResult> RetainPrimaryContext { get; }

    public delegate* unmanaged<int, CudaResult> ReleasePrimaryContext { get; }

    public delegate* unmanaged<nint, CudaResult> PushContext { get; }

    public delegate* unmanaged<nint*, CudaResult> PopContext { get; }

    public delegate* unmanaged<nint*, byte*, uint, int*, void**, CudaResult> LoadModule { get; }

    public delegate* unmanaged<nint, CudaResult> UnloadModule { get; }

    public delegate* unmanaged<nint*, nint, byte*, CudaResult> GetFunction { get; }

    public delegate* unmanaged<nint, uint, nuint, nint, CudaResult> Fill32 { get; }

    public delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, CudaResult> LaunchKernel { get; }

    /// <summary>Loads the library and sees that it is new enough; no device is touched.</summary>
    /// <exception cref="CudaException">There is no such library, or it is too old.</exception>
    public static CudaDriver Open(string library)
    {
        if (!NativeLibrary.TryLoad(library, out nint handle))
            throw new CudaException(CudaFailure.NoDriver, $"no CUDA driver: the library {library} is not installed");
        try
        {
            return new CudaDriver(library, handle);
        }
        catch
        {
            NativeLibrary.Free(handle);
            throw;
        }
    }

    /// <summary>Starts the driver; may be called again.</summary>
    /// <exception cref="CudaException">It cannot start, or there is no device.</exception>
    public void Initialize() => Check(_init(0), "cuInit", CudaFailure.NoDriver);

    public IReadOnlyList<CudaDeviceInfo> Devices()
    {
        int count;
        Check(_getDeviceCount(&count), "cuDeviceGetCount");
        return [.. Enumerable.Range(0, count).Select(Describe)];
    }

    /// <summary>The driver's handle of a device.</summary>
    public int Device(int index)
    {
        int device;
        Check(_getDevice(&device, index), "cuDeviceGet", CudaFailure.NoDevice);
        return device;
    }

    /// <summary>The context that device memory belongs to; zero when the driver does not know the address.</summary>
    public nint ContextOf(nint address)
    {
        nint context;
        return _getPointerAttribute(&context, PointerContext, address) == CudaResult.Success ? context : 0;
    }

    /// <param name="result">What an entry point returned.</param>
    /// <param name="call">The entry point, and what it was about.</param>
    /// <param name="otherwise">What a code means that has no meaning of its own.</param>
    /// <exception cref="CudaException">The result is an error.</exception>
    public void Check(CudaResult result, string call, CudaFailure otherwise = CudaFailure.Other)
    {
        if (result == CudaResult.Success)
            return;
        var failure = result switch
        {
            CudaResult.NoDevice => CudaFailure.NoDevice,
            CudaResult.OutOfMemory => CudaFailure.OutOfMemory,
            CudaResult.InvalidContext or CudaResult.InvalidHandle => CudaFailure.WrongContext,
            CudaResult.UnsupportedPtxVersion or CudaResult.SystemDriverMismatch or CudaResult.CompatibilityNotSupported =>
                CudaFailure.DriverTooOld,
            CudaResult.NoBinaryForGpu => CudaFailure.DeviceTooOld,
            CudaResult.Deinitialized or CudaResult.EccUncorrectable or CudaResult.IllegalAddress or CudaResult.LaunchTimeout
                or CudaResult.ContextIsDestroyed or CudaResult.Assert or (>= CudaResult.HardwareStackError and <= CudaResult.LaunchFailed)
                or CudaResult.Unknown => CudaFailure.ContextLost,
            _ => otherwise,
        };
        string meaning = failure switch
        {
            CudaFailure.NoDriver => "the CUDA driver cannot start",
            CudaFailure.NoDevice => "there is no such CUDA device",
            CudaFailure.OutOfMemory => "the CUDA device is out of memory",
            CudaFailure.WrongContext => "the CUDA context is not the one that the memory or the kernels belong to",
            CudaFailure.DriverTooOld => "the CUDA driver is too old for the kernels or for the device",
            CudaFailure.DeviceTooOld => "the CUDA device is too old for the kernels",
            CudaFailure.Load => "the CUDA driver did not accept the kernels",
            CudaFailure.Launch => "the CUDA driver refused a launch",
            CudaFailure.ContextLost =>
                "a CUDA kernel failed while it ran, this one or an earlier one; nothing on the device can be used any more",
            _ => "the CUDA driver reports an error",
        };
        throw new CudaException(failure, $"{meaning}: {call} returned {Describe(result)}", (int)result);
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    private CudaDeviceInfo Describe(int index)
    {
        int device = Device(index);
        const int NameBytes = 256;
        byte* name = stackalloc byte[NameBytes];
        Check(_getDeviceName(name, NameBytes, device), "cuDeviceGetName");
        nuint memory;
        Check(_getDeviceMemory(&memory, device), "cuDeviceTotalMem");
        int major, minor;
        Check(_getDeviceAttribute(&major, ComputeCapabilityMajor, device), "cuDeviceGetAttribute");
        Check(_getDeviceAttribute(&minor, ComputeCapabilityMinor, device), "cuDeviceGetAttribute");
        return new CudaDeviceInfo(index, Text(name), new Version(major, minor), (long)memory);
    }

    private string Describe(CudaResult result)
    {
        byte* name = null;
        byte* text = null;
        if (_getErrorName(result, &name) != CudaResult.Success || _getErrorText(result, &text) != CudaResult.Success)
            return $"{(int)result}";
        return $"{(int)result} {Text(name)} ({Text(text)})";
    }

    private nint Export(string name) => NativeLibrary.TryGetExport(_library, name, out nint address)
        ? address
        : throw new CudaException(CudaFailure.DriverTooOld, $"the CUDA driver {Name} is too old: it lacks {name}");
}
