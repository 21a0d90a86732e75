using System.Runtime.InteropServices;

namespace TorchSharp.Kernels;

/// <summary>Asks Linux to back a large block with huge pages: fewer page faults and TLB misses. Elsewhere nothing happens.</summary>
internal static unsafe partial class HugePages
{
    private const int MadvHugePage = 14;

    public static void Advise(void* block, nuint bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = AdviseLinux(block, bytes, MadvHugePage);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AdviseLinux(void* address, nuint length, int advice);
}
