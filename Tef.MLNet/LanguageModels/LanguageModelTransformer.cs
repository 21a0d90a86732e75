using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tef.Core.Data;
using Tef.Core.HuggingFace;
using Tef.Core.Models;
using Tef.Core.Safetensors;
using Tef.Core.Training;
using Tef.MLNet.Columns;
using Tef.MLNet.Hosting;
using Tef.MLNet.LanguageModels;
using Tef.MLNet.Rows;
using Tef.MLNet.Saving;

namespace Tef.MLNet;

/// <summary>
/// A trained language model in a pipeline: scores rows of token ids and puts itself on its columns for the stages behind it.
/// </summary>
/// <remarks>
/// Safe to use from many threads at once. The weights are released when nothing refers to the model any more, or by disposing
/// <see cref="Model"/>; disposing a prediction engine does not release them, so that engines can share one transformer.
/// </remarks>
public sealed class LanguageModelTransformer : RowTransformer
{
    internal const string LoaderName = LoadableStages.Hint + "LanguageModel";
    private const string Signature = "TEFLMODL";
    private const string ScoringEntry = "stage.json";
    private const string ConfigurationEntry = "config.json";
    private const string TrainingEntry = "training.json";
    private const string WeightsEntry = "model.safetensors";

    private readonly IHostEnvironment _environment;
    private readonly string _vocabularyFingerprint;
    private readonly ScoringOptions _scoring;

    internal LanguageModelTransformer(
        IHostEnvironment environment,
        ILanguageModel model,
        string vocabularyFingerprint,
        TrainingResult trainingResult,
        ScoringOptions scoring)
    {
        _environment = environment;
        Model = model;
        _vocabularyFingerprint = vocabularyFingerprint;
        TrainingResult = trainingResult;
        _scoring = scoring;
    }

    /// <summary>The model.</summary>
    public ILanguageModel Model { get; }

    /// <summary>What the training run that made the model did.</summary>
    public TrainingResult TrainingResult { get; }

    /// <summary>Measures the model on rows, joined to one text in which every document ends with end-of-text.</summary>
    /// <param name="data">Rows with the column of token ids, and the tokenizer on it.</param>
    /// <param name="options">Windows and batch size; defaults when null.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">The column has no tokenizer, another one than in training, or no tokens.</exception>
    public EvaluationResult Evaluate(
        IDataView data, EvaluationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        TextTokenizer tokenizer = CheckTokens(data.Schema).Tokenizer;
        var source = new MemoryTokenSource(tokenizer.VocabularySize, tokenizer.EndOfTextId);
        var documents = new DocumentTokens(tokenizer, source);
        foreach (ReadOnlyMemory<int> tokens in TokenRows.Of(data, _scoring.Stage, _scoring.TokensColumnName))
        {
            cancellation.ThrowIfCancellationRequested();
            documents.Add(tokens.Span);
        }

        if (source.TextBytes == 0)
            throw new InvalidOperationException($"There is nothing to evaluate on: column '{_scoring.TokensColumnName}' has no tokens.");
        return TefContext.Of(_environment).Backend.Evaluate(Model, source, options, cancellation);
    }

    /// <summary>
    /// Writes the model as a folder that Hugging Face's transformers load: <c>config.json</c>, <c>model.safetensors</c> and, with a
    /// tokenizer, its files. What training needs besides weights is left out.
    /// </summary>
    /// <param name="folder">The folder; made if need be, files of the same names are replaced.</param>
    /// <param name="tokenizer">The tokenizer of the model's tokens; no tokenizer files when null.</param>
    /// <param name="type">The type of the weights: F32, BF16 or F16.</param>
    /// <exception cref="ArgumentException">The model is no GPT-2, or the tokenizer is not the one it was trained with.</exception>
    public void SavePretrained(string folder, TextTokenizer? tokenizer = null, SafetensorsType type = SafetensorsType.F32)
    {
        if (tokenizer is not null && tokenizer.Fingerprint != _vocabularyFingerprint)
            throw new ArgumentException("The tokenizer has another vocabulary than the one that the model was trained with.", nameof(tokenizer));
        if (tokenizer?.Model is { } pieces)
            HubFolder.Save(folder, Model, pieces, tokenizer.EndOfText, type);
        else
            HubFolder.Save(folder, Model, tokenizer?.Vocabulary, tokenizer?.EndOfText ?? TextTokenizer.DefaultEndOfText, type);
    }

    private protected override RowMapping Bind(DataViewSchema input) => new ScoreMapping(Model, _scoring, CheckTokens(input).Column);

    private protected override void SaveStage(ModelSaveContext context)
    {
        var writer = new StageWriter(context, Signature, LoaderName);
        writer.WriteJson(ScoringEntry, new SavedStage(_vocabularyFingerprint, _scoring));
        writer.WriteOptions(ConfigurationEntry, Model.Options);
        writer.WriteJson(TrainingEntry, TrainingResult);
        writer.Write(WeightsEntry, Model.SaveWeights);
        writer.Complete();
    }

    /// <summary>Called by Microsoft.ML to load the stage.</summary>
    internal static LanguageModelTransformer Load(IHostEnvironment env, object context)
    {
        ILanguageModelBackend backend = TefContext.Of(env).Backend;
        var reader = new StageReader(context, "TefGpt2");
        SavedStage stage = reader.ReadJson<SavedStage>(ScoringEntry);
        LanguageModelOptions options = reader.ReadOptions<LanguageModelOptions>(ConfigurationEntry);
        TrainingResult training = reader.ReadJson<TrainingResult>(TrainingEntry);
        ILanguageModel model = reader.Read(WeightsEntry, stream => backend.Load(options, stream));
        return new LanguageModelTransformer(env, model, stage.VocabularyFingerprint, training, stage.Scoring);
    }

    private (DataViewSchema.Column Column, TextTokenizer Tokenizer) CheckTokens(DataViewSchema schema)
    {
        DataViewSchema.Column column = SchemaCheck.Tokens(schema, _scoring.Stage, _scoring.TokensColumnName);
        TextTokenizer tokenizer = column.FindObject<TextTokenizer>(AnnotationKinds.Tokenizer)
            ?? throw LanguageModelEstimator.NoTokenizer(_scoring.Stage, _scoring.TokensColumnName);
        if (tokenizer.VocabularySize != Model.Options.VocabularySize)
        {
            throw new InvalidOperationException(
                $"The language model knows a vocabulary of {Model.Options.VocabularySize} tokens, but the tokenizer of column "
                + $"'{column.Name}' has {tokenizer.VocabularySize}. They must come from the same training run.");
        }

        if (tokenizer.Fingerprint != _vocabularyFingerprint)
        {
            throw new InvalidOperationException(
                $"The tokenizer of column '{column.Name}' has another vocabulary than the one that the language model was trained with, "
                + $"though both have {tokenizer.VocabularySize} tokens. They must come from the same training run.");
        }

        return (column, tokenizer);
    }

    private sealed record SavedStage(string VocabularyFingerprint, ScoringOptions Scoring);
}
