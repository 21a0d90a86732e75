using Tef.Backends.Torch.Filtering;

namespace Tef.Backends.Torch.Engine;

/// <summary>The kernels that models are built with.</summary>
/// <param name="Transformer">Fused parts of a transformer.</param>
/// <param name="TokenFilter">The token filter.</param>
internal sealed record ComputeKernels(ITransformerKernels Transformer, ITokenFilterKernels TokenFilter);
