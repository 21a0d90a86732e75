using Tef.Core.Filtering;
using Tef.Core.Models;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>Floating-point operations of a model, two per multiply-add.</summary>
internal static class ModelArithmetic
{
    /// <summary>
    /// Operations of a forward pass per token, on average over a full context. A block that computes a share <c>k</c> of the
    /// tokens does <c>k</c> of the products and <c>k²</c> of the attention.
    /// </summary>
    /// <param name="options">The model.</param>
    /// <param name="keep">Share of tokens that each block computes; what the options ask for when null.</param>
    public static double ForwardPerToken(Gpt2Options options, IReadOnlyList<float>? keep = null)
    {
        double width = options.Width, total = 2.0 * options.VocabularySize * width;
        for (int block = 0; block < options.Layers; block++)
        {
            double share = Routes(options, block) ? keep?[block] ?? Asked(options.Tef!, block, options.Layers) : 1;
            double products = 2 * width * ((4 * width) + (2.0 * options.InnerWidth));
            double attention = 2 * width * (options.Context + 1.0);
            total += (share * products) + (share * share * attention);
        }
        return total;
    }

    /// <summary>Masked tokens are computed all the same.</summary>
    private static bool Routes(Gpt2Options options, int block) =>
        options.Tef is { Action: TokenAction.Route } tef && tef.Filters(block, options.Layers);

    private static double Asked(TefOptions tef, int block, int layers) =>
        tef.KeepOf(block, layers) ?? (tef.Selector is TopK { Count: <= 1 } top ? top.Count : 1);
}
