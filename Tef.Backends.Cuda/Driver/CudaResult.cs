namespace Tef.Backends.Cuda.Driver;

/// <summary>The result codes of the CUDA driver API (<c>CUresult</c>) that mean something of their own here.</summary>
internal enum CudaResult
{
    Success = 0,
    InvalidValue = 1,
    OutOfMemory = 2,
    Deinitialized = 4,
    StubLibrary = 34,
    NoDevice = 100,
    InvalidImage = 200,
    InvalidContext = 201,
    NoBinaryForGpu = 209,
    EccUncorrectable = 214,
    InvalidPtx = 218,
    UnsupportedPtxVersion = 222,
    InvalidHandle = 400,
    NotFound = 500,
    IllegalAddress = 700,
    LaunchOutOfResources = 701,
    LaunchTimeout = 702,
    ContextIsDestroyed = 709,
    Assert = 710,
    HardwareStackError = 714,
    IllegalInstruction = 715,
    MisalignedAddress = 716,
    InvalidAddressSpace = 717,
    InvalidProgramCounter = 718,
    LaunchFailed = 719,
    SystemDriverMismatch = 803,
    CompatibilityNotSupported = 804,
    Unknown = 999,
}
