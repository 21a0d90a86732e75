using Microsoft.ML;
using Tef.Core.Models;
using Tef.MLNet.Columns;
using Tef.MLNet.TextGeneration;

namespace Tef.MLNet;

/// <summary>Continues prompts with the language model of an earlier stage.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Prompt column of type `Text` | The beginning of a document: end-of-text is put before it, as in training |
/// | Prompt column of type `Vector<Int32>` | Token ids, taken as they are |
/// | Needs the annotations of | `TokenizeText` and `TefGpt2` |
///
/// | Output column | Type | Content |
/// | -- | -- | -- |
/// | the output column | `Text`, or `Vector<Text>` when several sequences are asked for | what follows the prompt, without special tokens |
///
/// The text of a row is a function of the model, the options with their seed, and the row's prompt: the same in a prediction
/// engine, in a view of many rows, in any order and on any thread. Models and transformers are safe to use from many threads at
/// once; a prediction engine is not, so give each thread its own.
/// ]]></format>
/// </remarks>
public sealed class TextGeneratingEstimator : IEstimator<TextGeneratingTransformer>
{
    private readonly TextGenerationStage _stage;

    internal TextGeneratingEstimator(TextGenerationStage stage) => _stage = stage;

    /// <summary>Finds tokenizer and model; nothing is trained.</summary>
    /// <exception cref="ArgumentException">The prompt column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There is no tokenizer or no model before this stage; the message says which.</exception>
    public TextGeneratingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new TextGeneratingTransformer(_stage);
        _ = transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The prompt column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There is no tokenizer or no model before this stage; the message says which.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!inputSchema.Any(column => column.Has<TextTokenizer>(AnnotationKinds.Tokenizer)))
            throw NoTokenizer();
        if (!inputSchema.Any(column => column.Has<ILanguageModel>(AnnotationKinds.LanguageModel)))
            throw NoModel();
        if (_stage.PromptColumnName is { } prompt)
            SchemaCheck.TextOrTokens(inputSchema, TextGenerationStage.Name, prompt);
        return inputSchema.With([_stage.CreateShape()]);
    }

    internal static InvalidOperationException NoTokenizer() => new(
        $"{TextGenerationStage.Name} found no tokenizer on any column. Put TokenizeText before it, and do not drop its column.");

    internal static InvalidOperationException NoModel() => new(
        $"{TextGenerationStage.Name} found no language model on any column. Put TefGpt2 before it, and do not drop its columns.");
}
