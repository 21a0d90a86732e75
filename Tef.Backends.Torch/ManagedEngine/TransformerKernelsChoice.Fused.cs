using Tef.Backends.Torch.ManagedEngine;

namespace Tef.Backends.Torch.Engine;

internal static partial class TransformerKernelsChoice
{
    static partial void AddFused(ref ITransformerKernels? fused) => fused = new ManagedTransformerKernels();
}
