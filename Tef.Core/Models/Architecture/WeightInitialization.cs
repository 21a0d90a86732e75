using System.Text.Json.Serialization;

namespace Tef.Core.Models;

/// <summary>How large fresh weights are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WeightInitialization>))]
public enum WeightInitialization
{
    /// <summary>A standard deviation of <see cref="Gpt2Options.InitializerRange"/>; residual projections get it over √(2·L): GPT-2.</summary>
    Gpt2,

    /// <summary>
    /// A standard deviation of √(2/(5·C)) (Nguyen and Salazar, "Transformers without Tears: Improving the Normalization of
    /// Self-Attention", 2019); residual projections get 2/(L·√C), as GPT-J's do.
    /// </summary>
    Small,
}
