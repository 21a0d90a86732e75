namespace TorchSharp.Kernels;

/// <summary>What happens to C while its tiles are still in the cache.</summary>
internal readonly unsafe struct GemmEpilogue
{
    /// <summary>Null, or n numbers added to each row.</summary>
    public float* Bias { get; init; }

    /// <summary>Applies GELU (tanh form) to C, after the bias.</summary>
    public bool GeluTanh { get; init; }

    /// <summary>Null, or where C before the activation is written [m, n]; only with an activation.</summary>
    public float* PreActivation { get; init; }

    /// <summary>Floats from row to row of <see cref="PreActivation"/>.</summary>
    public int PreActivationStride { get; init; }
}
