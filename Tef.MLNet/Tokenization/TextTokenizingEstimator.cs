using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tef.Core.HuggingFace;
using Tef.Core.Tokenization;
using Tef.MLNet.Columns;
using Tef.MLNet.Tokenization;

namespace Tef.MLNet;

/// <summary>Trains or loads a byte-level BPE or a SentencePiece model and turns text into token ids.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes, once, unless the options name a vocabulary |
/// | Input column | `Text` |
/// | Needs `MLContext.UseTef` | Only to load what was saved |
///
/// The transformer adds these columns. The first carries the tokenizer and the name of the input column as annotations, for
/// `TefGpt2` and `GenerateText`:
///
/// | Output column | Type | Content |
/// | -- | -- | -- |
/// | the output column | `Vector<Int32>` of variable length | token ids |
/// | output column + `MetaLength` (if a meta column is named) | `Int32` | how many ids of a row are its meta, behind an added first token |
/// | offsets (if named in the options) | `Vector<Int32>` of variable length | begin and end of each token in the text, in characters |
/// ]]></format>
/// </remarks>
public sealed class TextTokenizingEstimator : IEstimator<TextTokenizingTransformer>
{
    internal const string Stage = "TokenizeText";

    private readonly IHostEnvironment _environment;
    private readonly TokenizeTextOptions _options;
    private readonly TokenizingOptions _columns;

    internal TextTokenizingEstimator(
        IHostEnvironment environment, string outputColumnName, string inputColumnName, TokenizeTextOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _environment = environment;
        _options = options;
        _columns = TokenizingOptions.From(options, outputColumnName, inputColumnName);
    }

    /// <summary>Trains the vocabulary on the text column, unless the options name one.</summary>
    /// <exception cref="ArgumentException">The column is missing or no text.</exception>
    /// <exception cref="InvalidOperationException">There is no text to train on.</exception>
    /// <exception cref="FileNotFoundException">A vocabulary file is missing.</exception>
    /// <exception cref="InvalidDataException">A vocabulary file is damaged; the message names file and line.</exception>
    public TextTokenizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column column = SchemaCheck.Text(input.Schema, Stage, _columns.InputColumnName);
        if (_columns.MetaColumnName is not null)
            _ = SchemaCheck.Text(input.Schema, Stage, _columns.MetaColumnName);
        return new TextTokenizingTransformer(FindTokenizer() ?? Train(input, column), _columns);
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The column is missing or no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _ = SchemaCheck.Text(inputSchema, Stage, _columns.InputColumnName);
        if (_columns.MetaColumnName is not null)
            _ = SchemaCheck.Text(inputSchema, Stage, _columns.MetaColumnName);
        return inputSchema.With(_columns.CreateShapes());
    }

    private TextTokenizer? FindTokenizer()
    {
        if (_options.Tokenizer is not null)
            return _options.Tokenizer;
        if (_options.Pretrained is not null)
            return new TextTokenizer(HubFolder.LoadVocabulary(_options.Pretrained), _options.EndOfText);
        if (_options.ModelPath is not null)
        {
            var model = SentencePieceVocabulary.Load(_options.ModelPath);
            bool isOwn = _options.EndOfText == TextTokenizer.DefaultEndOfText && !model.TryGetId(_options.EndOfText, out _);
            return new TextTokenizer(model, isOwn ? null : _options.EndOfText);
        }

        return _options.VocabularyPath is null
            ? null
            : TextTokenizer.Load(_options.VocabularyPath, _options.MergesPath!, _options.EndOfText);
    }

    private TextTokenizer Train(IDataView input, DataViewSchema.Column column)
    {
        using IChannel channel = _environment.Start(Stage);
        TextTokenizer tokenizer = _options.Kind == TokenizerKind.ByteLevelBpe ? TrainBytes(input, column) : TrainPieces(input, column);
        channel.Info(MessageSensitivity.None, "Trained a vocabulary of {0} tokens.", tokenizer.VocabularySize);
        return tokenizer;
    }

    private TextTokenizer TrainBytes(IDataView input, DataViewSchema.Column column)
    {
        var trainer = new BpeTrainer(new BpeTrainerOptions
        {
            VocabularySize = _options.VocabularySize,
            SpecialTokens = [.. SpecialTokens().Append(_options.EndOfText).Distinct()],
        });
        BpeVocabulary vocabulary = trainer.Train(TextRows.Of(input, column), progress: null, _options.Cancellation);
        return new TextTokenizer(vocabulary, _options.EndOfText);
    }

    /// <summary>The special tokens that were asked for, and those around the meta.</summary>
    private IEnumerable<string> SpecialTokens() =>
        _options.MetaColumnName is null ? _options.SpecialTokens : [.. _options.SpecialTokens, _options.Meta.Begin, _options.Meta.End];

    private TextTokenizer TrainPieces(IDataView input, DataViewSchema.Column column)
    {
        var trainer = new SentencePieceTrainer(new SentencePieceTrainerOptions
        {
            Kind = _options.Kind == TokenizerKind.SentencePieceBpe ? SentencePieceKind.Bpe : SentencePieceKind.Unigram,
            VocabularySize = _options.VocabularySize,
            EndToken = _options.EndOfText,
            UserDefinedTokens = [.. SpecialTokens().Where(token => token != _options.EndOfText).Distinct()],
        });
        SentencePieceVocabulary model = trainer.Train(TextRows.Of(input, column), progress: null, _options.Cancellation);
        return new TextTokenizer(model, _options.EndOfText);
    }
}
