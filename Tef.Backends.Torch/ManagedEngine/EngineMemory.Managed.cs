using TorchSharp.Kernels;

namespace Tef.Backends.Torch.Engine;

internal static partial class EngineMemory
{
    static partial void Count(ref long? bytes) => bytes = NativePool.LiveBytes;
}
