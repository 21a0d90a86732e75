namespace Tef.Backends.Torch.Engine;

/// <summary>The fastest transformer kernels of the tensor engine that the project was built with.</summary>
internal static partial class TransformerKernelsChoice
{
    public static ITransformerKernels Best()
    {
        ITransformerKernels? fused = null;
        AddFused(ref fused);
        return fused ?? new ReferenceTransformerKernels();
    }

    /// <summary>Implemented in the folder ManagedEngine, which is compiled for the managed engine alone.</summary>
    static partial void AddFused(ref ITransformerKernels? fused);
}
