using Tef.Core.Models;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>Standard deviations of fresh weights.</summary>
internal static class InitialDeviation
{
    /// <summary>Of embeddings and of matrices that read the residual stream.</summary>
    public static double Of(Gpt2Options options) => options.Architecture.Initialization switch
    {
        WeightInitialization.Small => Math.Sqrt(2.0 / (5.0 * options.Width)),
        _ => options.InitializerRange,
    };

    /// <summary>Of matrices that write to the residual stream, two in every block: smaller, so that their sum stays small.</summary>
    public static double OfResidual(Gpt2Options options) => options.Architecture.Initialization switch
    {
        WeightInitialization.Small => 2.0 / (options.Layers * Math.Sqrt(options.Width)),
        _ => options.InitializerRange / Math.Sqrt(2.0 * options.Layers),
    };
}
