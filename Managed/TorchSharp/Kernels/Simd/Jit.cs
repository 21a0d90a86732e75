using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>How inner loops are compiled.</summary>
internal static class Jit
{
    /// <summary>
    /// Fully optimized at the first call, and never as a part of a caller: once a profile calls the loop hot, the compiler would
    /// move it into the caller, run out of its budget there and leave the vector functions inside it as calls, ten times slower.
    /// </summary>
    public const MethodImplOptions Kernel = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}
