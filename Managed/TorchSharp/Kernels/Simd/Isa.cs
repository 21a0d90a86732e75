using System.Runtime.Intrinsics;

namespace TorchSharp.Kernels;

/// <summary>The width of vector that this process computes with. The runtime's own switches
/// (<c>DOTNET_EnableAVX512=0</c>, <c>DOTNET_EnableAVX2=0</c>) choose a narrower one.</summary>
internal static class Isa
{
    /// <summary>Bits per vector: 512, 256 or 128.</summary>
    public static int VectorBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
}
