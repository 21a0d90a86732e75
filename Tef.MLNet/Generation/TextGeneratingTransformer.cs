using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tef.Core.Generation;
using Tef.Core.Models;
using Tef.MLNet.Columns;
using Tef.MLNet.Rows;
using Tef.MLNet.Saving;
using Tef.MLNet.TextGeneration;

namespace Tef.MLNet;

/// <summary>Continues prompts with the tokenizer and the language model of earlier stages. Safe to use from many threads at once.</summary>
public sealed class TextGeneratingTransformer : RowTransformer
{
    internal const string LoaderName = LoadableStages.Hint + "GenerateText";
    private const string Signature = "TEFGENTX";
    private const string StageEntry = "stage.json";
    private const string OptionsEntry = "generation.json";

    private readonly TextGenerationStage _stage;

    internal TextGeneratingTransformer(TextGenerationStage stage) => _stage = stage;

    private protected override RowMapping Bind(DataViewSchema input)
    {
        DataViewSchema.Column tokens = input.LastWith<TextTokenizer>(AnnotationKinds.Tokenizer)
            ?? throw TextGeneratingEstimator.NoTokenizer();
        ILanguageModel model = input.LastWith<ILanguageModel>(AnnotationKinds.LanguageModel)
            ?.FindObject<ILanguageModel>(AnnotationKinds.LanguageModel) ?? throw TextGeneratingEstimator.NoModel();
        TextTokenizer tokenizer = tokens.FindObject<TextTokenizer>(AnnotationKinds.Tokenizer)!;
        if (tokenizer.VocabularySize != model.Options.VocabularySize)
        {
            throw new InvalidOperationException(
                $"The language model knows a vocabulary of {model.Options.VocabularySize} tokens, but the tokenizer of column "
                + $"'{tokens.Name}' has {tokenizer.VocabularySize}. They must come from the same training run.");
        }

        if (_stage.Options.MaxNewTokens > model.Options.Context)
        {
            throw new InvalidOperationException(
                $"{TextGenerationStage.Name} is asked for {_stage.Options.MaxNewTokens} new tokens, but the model's context is "
                + $"{model.Options.Context}. Lower GenerationOptions.MaxNewTokens.");
        }

        string promptColumnName = _stage.PromptColumnName ?? tokens.FindText(AnnotationKinds.SourceColumn) ?? tokens.Name;
        DataViewSchema.Column prompt = SchemaCheck.TextOrTokens(input, TextGenerationStage.Name, promptColumnName);
        return new GenerationMapping(
            _stage,
            tokenizer,
            model,
            PromptColumns.Find(input, prompt, tokens.FindObject<TextTokenizingTransformer>(AnnotationKinds.Tokenization)));
    }

    private protected override void SaveStage(ModelSaveContext context)
    {
        var writer = new StageWriter(context, Signature, LoaderName);
        writer.WriteJson(StageEntry, _stage);
        writer.WriteOptions(OptionsEntry, _stage.Options);
        writer.Complete();
    }

    /// <summary>Called by Microsoft.ML to load the stage.</summary>
    internal static TextGeneratingTransformer Load(IHostEnvironment _, object context)
    {
        var reader = new StageReader(context, TextGenerationStage.Name);
        return new TextGeneratingTransformer(reader.ReadJson<TextGenerationStage>(StageEntry) with
        {
            Options = reader.ReadOptions<GenerationOptions>(OptionsEntry),
        });
    }
}
