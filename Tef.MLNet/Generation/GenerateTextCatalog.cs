using Microsoft.ML;
using Tef.Core.Generation;
using Tef.MLNet.TextGeneration;

namespace Tef.MLNet;

/// <summary>The <c>GenerateText</c> stage.</summary>
public static class GenerateTextCatalog
{
    /// <summary>Creates an estimator whose transformer continues prompts by sampling with default options.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The column of text to add.</param>
    /// <param name="promptColumnName">
    /// A column of text or of token ids; the column that was tokenized when null, whose texts then begin with their meta as in training.
    /// </param>
    /// <inheritdoc cref="TextGeneratingEstimator" path="/remarks" />
    public static TextGeneratingEstimator GenerateText(
        this TransformsCatalog catalog, string outputColumnName = "Continuation", string? promptColumnName = null) =>
        catalog.GenerateText(outputColumnName, new GenerationOptions(), promptColumnName);

    /// <summary>Creates an estimator whose transformer continues prompts.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The column of text to add; a vector when several sequences are asked for.</param>
    /// <param name="options">How to continue. The text of a row depends on the seed and the row's prompt alone.</param>
    /// <param name="promptColumnName">
    /// A column of text or of token ids; the column that was tokenized when null, whose texts then begin with their meta as in training.
    /// </param>
    /// <param name="longPrompts">What to do with prompts that leave no room in the model's context.</param>
    /// <inheritdoc cref="TextGeneratingEstimator" path="/remarks" />
    /// <exception cref="ArgumentException">An option is out of range, or two contradict each other.</exception>
    public static TextGeneratingEstimator GenerateText(
        this TransformsCatalog catalog,
        string outputColumnName,
        GenerationOptions options,
        string? promptColumnName = null,
        LongPrompts longPrompts = LongPrompts.KeepEnd)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new TextGeneratingEstimator(new TextGenerationStage
        {
            OutputColumnName = outputColumnName,
            PromptColumnName = promptColumnName,
            LongPrompts = longPrompts,
            Options = options,
        });
    }
}
