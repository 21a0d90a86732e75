using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Data;
using Tef.MLNet.Columns;

namespace Tef.MLNet.TextGeneration;

/// <summary>Where prompts come from.</summary>
/// <param name="Prompt">Text or token ids.</param>
/// <param name="Meta">What is known about the document that the text begins; null when no meta is used.</param>
/// <param name="Codes">How meta comes before texts.</param>
internal sealed record PromptColumns(DataViewSchema.Column Prompt, DataViewSchema.Column? Meta, ControlCodes? Codes)
{
    /// <summary>All columns that prompts are made of.</summary>
    public IEnumerable<DataViewSchema.Column> All => Meta is { } meta ? [Prompt, meta] : [Prompt];

    /// <summary>The columns of prompts; texts of the column that was trained on get their meta as in training.</summary>
    public static PromptColumns Find(DataViewSchema schema, DataViewSchema.Column prompt, TextTokenizingTransformer? tokenization)
    {
        if (tokenization?.MetaColumnName is not { } meta || prompt.Type is not TextDataViewType || prompt.Name != tokenization.InputColumnName)
            return new PromptColumns(prompt, null, null);
        return new PromptColumns(prompt, SchemaCheck.Text(schema, TextGenerationStage.Name, meta), tokenization.Codes);
    }
}
