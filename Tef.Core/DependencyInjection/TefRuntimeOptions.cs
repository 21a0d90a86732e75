using Tef.Core.Models;

namespace Tef.Core.DependencyInjection;

/// <summary>What an application runs on.</summary>
public sealed class TefRuntimeOptions
{
    /// <summary>The device of new models: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>The backend by name; <c>auto</c> takes the one registered last.</summary>
    public string Backend { get; set; } = "auto";

    /// <summary>The token filter kernels by name; <c>auto</c> takes the fastest that can serve the device.</summary>
    public string TokenFilterKernels { get; set; } = "auto";

    /// <summary>Threads of the tensor engine; all processors when zero.</summary>
    public int Threads { get; set; }

    /// <summary>
    /// How decoding stores the weights of models: fewer bits are faster and cost a little accuracy, which
    /// <see cref="Training.PrecisionCost"/> measures.
    /// </summary>
    public InferencePrecision InferencePrecision { get; set; }
}
