using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tef.Core.Data;
using Tef.Core.Models;
using Tef.Core.Training;
using Tef.MLNet.Columns;
using Tef.MLNet.Hosting;
using Tef.MLNet.LanguageModels;

namespace Tef.MLNet;

/// <summary>Trains a language model on a column of token ids.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes, once; the tokens are then held in memory, or in the files of `TokenCacheFolder` |
/// | Input column | `Vector<Int32>` with the annotation of `TokenizeText` |
/// | Needs `MLContext.UseTef` with a backend | Yes |
///
/// The transformer adds these columns and puts the language model on each of them as an annotation, for `GenerateText`:
///
/// | Output column | Type | Content |
/// | -- | -- | -- |
/// | `Loss` | `Single` | mean nats per token given those before it; NaN for rows of fewer than two tokens |
/// | `Perplexity` | `Single` | the exponential of the loss |
/// | `KeptShare` | `Vector<Single>` of the number of blocks | share of the row's tokens that each block computed |
/// | `Gates` (if named in the options) | `Vector<Single>` | gates of the filtered blocks, block after block, one per token |
/// | `Kept` (if named in the options) | `Vector<Boolean>` | whether the filtered blocks kept each token, in the order of the gates |
/// ]]></format>
/// </remarks>
public sealed class LanguageModelEstimator : IEstimator<LanguageModelTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly string _tokensColumnName;
    private readonly LanguageModelEstimatorOptions _options;

    internal LanguageModelEstimator(IHostEnvironment environment, string tokensColumnName, LanguageModelEstimatorOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokensColumnName);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _environment = environment;
        _tokensColumnName = tokensColumnName;
        _options = options;
    }

    /// <summary>Trains the model.</summary>
    /// <param name="input">Rows with the column of token ids; each row is a document.</param>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The column has no tokenizer, the context has no backend, or there are too few tokens to train on.
    /// </exception>
    public LanguageModelTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TefContext context = TefContext.Of(_environment);
        ILanguageModelBackend backend = context.Backend;
        DataViewSchema.Column column = SchemaCheck.Tokens(input.Schema, _options.Stage, _tokensColumnName);
        TextTokenizer tokenizer = column.FindObject<TextTokenizer>(AnnotationKinds.Tokenizer)
            ?? throw NoTokenizer(_options.Stage, _tokensColumnName);
        LanguageModelOptions modelOptions = _options.CreateModelOptions(tokenizer.VocabularySize);
        modelOptions.Validate();
        if (modelOptions.VocabularySize != tokenizer.VocabularySize)
        {
            throw new InvalidOperationException(
                $"{_options.Stage} starts from a model that knows {modelOptions.VocabularySize} tokens, but the tokenizer of column "
                + $"'{_tokensColumnName}' has {tokenizer.VocabularySize}. Use the tokenizer of the model's folder: "
                + "TokenizeTextOptions.Pretrained.");
        }

        int seed = _options.Seed ?? context.Seed;

        ILogger logger = context.CreateLogger(_environment, _options.Stage);
        var report = new TrainingReport(logger, _options.Progress);
        if (!_options.Trains)
            return Wrap(Start(backend, modelOptions, seed), new TrainingResult(TrainingEnd.Completed, 0, 0, 0, double.NaN, null));
        using TrainingTexts texts = new TrainingRows(_options, tokenizer, _tokensColumnName, seed, logger).Read(input);
        TrainingData data = texts.Data;
        bool cancelled = _options.Cancellation.IsCancellationRequested;
        if (!cancelled)
        {
            CheckSize(data, modelOptions.Context);
            report.Starting(backend.Name, data);
        }

        ILanguageModel model = Start(backend, modelOptions, seed);
        try
        {
            TrainingResult result = cancelled
                ? new TrainingResult(TrainingEnd.Cancelled, Steps: 0, TokensSeen: 0, Seconds: 0, TrainingLoss: double.NaN, Validation: null)
                : backend.Train(model, data, _options.Training with { Seed = seed }, report, _options.Cancellation);
            report.Ended(result);
            return Wrap(model, result);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        LanguageModelTransformer Wrap(ILanguageModel made, TrainingResult result) => new(
            _environment, made, tokenizer.Fingerprint, result, ScoringOptions.From(_options, _tokensColumnName));
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">No stage before this one put a tokenizer on the column.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column tokens = SchemaCheck.Tokens(inputSchema, _options.Stage, _tokensColumnName);
        if (!tokens.Has<TextTokenizer>(AnnotationKinds.Tokenizer))
            throw NoTokenizer(_options.Stage, _tokensColumnName);
        return inputSchema.With(ScoringOptions.From(_options, _tokensColumnName).CreateShapes());
    }

    internal static InvalidOperationException NoTokenizer(string stage, string tokensColumnName) =>
        new($"{stage} found no tokenizer on column '{tokensColumnName}'. Put TokenizeText before it: "
            + $"ml.Transforms.TokenizeText(\"{tokensColumnName}\", …).Append(ml.Transforms.{stage}(\"{tokensColumnName}\", …)).");

    private ILanguageModel Start(ILanguageModelBackend backend, LanguageModelOptions modelOptions, int seed)
    {
        if (_options.OpenPretrained() is not { } folder)
            return backend.Create(modelOptions, seed);
        using IWeightSource weights = folder.OpenWeights();
        return backend.Load(modelOptions, weights);
    }

    private void CheckSize(TrainingData data, int context)
    {
        if (data.Training.TextBytes == 0)
            throw new InvalidOperationException($"{_options.Stage} found no text to train on: column '{_tokensColumnName}' has no tokens.");
        int needed = (_options.Training.SequenceLength > 0 ? _options.Training.SequenceLength : context) + 1;
        if (_options.Training.Packing.Mode == PackingMode.Blocks && data.Training.Count < needed)
        {
            throw new InvalidOperationException(
                $"{_options.Stage} needs at least {needed} tokens to train on, one more than a training sequence, but column "
                + $"'{_tokensColumnName}' has {data.Training.Count}. Use more text, or a shorter Context or Training.SequenceLength.");
        }
    }
}
