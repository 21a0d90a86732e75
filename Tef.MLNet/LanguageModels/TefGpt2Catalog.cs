using Microsoft.ML;
using Tef.MLNet.Interop;

namespace Tef.MLNet;

/// <summary>The <c>TefGpt2</c> stage.</summary>
public static class TefGpt2Catalog
{
    /// <summary>Creates an estimator that trains a GPT-2 of default size, without token filtering, on a column of token ids.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="tokensColumnName">A column that <c>TokenizeText</c> made.</param>
    /// <inheritdoc cref="LanguageModelEstimator" path="/remarks" />
    public static LanguageModelEstimator TefGpt2(this TransformsCatalog catalog, string tokensColumnName = "Tokens") =>
        catalog.TefGpt2(tokensColumnName, new TefGpt2Options());

    /// <summary>Creates an estimator that trains a GPT-2, with or without token filtering, on a column of token ids.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="tokensColumnName">A column that <c>TokenizeText</c> made.</param>
    /// <param name="options">The model, how to train it and what to add to rows.</param>
    /// <inheritdoc cref="LanguageModelEstimator" path="/remarks" />
    /// <exception cref="ArgumentException">An option is out of range, or two contradict each other.</exception>
    public static LanguageModelEstimator TefGpt2(this TransformsCatalog catalog, string tokensColumnName, TefGpt2Options options) =>
        new(MicrosoftMLInterop.GetEnvironment(catalog), tokensColumnName, options);
}
