using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tef.Core.Data;
using Tef.Core.Tokenization;
using Tef.MLNet.Columns;
using Tef.MLNet.Rows;
using Tef.MLNet.Saving;
using Tef.MLNet.Tokenization;

namespace Tef.MLNet;

/// <summary>Turns text into token ids and puts its tokenizer on their column. Safe to use from many threads at once.</summary>
public sealed class TextTokenizingTransformer : RowTransformer
{
    internal const string LoaderName = LoadableStages.Hint + "TokenizeText";
    private const string Signature = "TEFTOKTX";
    private const string StageEntry = "stage.json";
    private const string ModelEntry = "tokenizer.model";

    private readonly TokenizingOptions _options;

    internal TextTokenizingTransformer(TextTokenizer tokenizer, TokenizingOptions options)
    {
        Tokenizer = tokenizer;
        _options = options;
    }

    /// <summary>The tokenizer.</summary>
    public TextTokenizer Tokenizer { get; }

    internal string InputColumnName => _options.InputColumnName;

    internal string OutputColumnName => _options.OutputColumnName;

    internal string? MetaColumnName => _options.MetaColumnName;

    internal string? MetaLengthColumnName => _options.MetaLengthColumnName;

    /// <summary>How meta comes before texts.</summary>
    internal ControlCodes Codes => new(Tokenizer, _options.Meta);

    internal double IgnoreMetaProbability => _options.Meta.IgnoreProbability;

    /// <summary>All settings that ids follow from beside the vocabulary, as text.</summary>
    internal string SettingsText => JsonSerializer.Serialize(_options);

    private protected override RowMapping Bind(DataViewSchema input)
    {
        const string stage = TextTokenizingEstimator.Stage;
        DataViewSchema.Column text = SchemaCheck.Text(input, stage, _options.InputColumnName);
        DataViewSchema.Column? meta = MetaColumnName is null ? null : SchemaCheck.Text(input, stage, MetaColumnName);
        return new TokenizeMapping(this, _options, text, meta);
    }

    private protected override void SaveStage(ModelSaveContext context)
    {
        var writer = new StageWriter(context, Signature, LoaderName);
        writer.WriteJson(StageEntry, new SavedStage(_options, Tokenizer.EndOfText, Tokenizer.Model is not null));
        if (Tokenizer.Model is not null)
            writer.Write(ModelEntry, Tokenizer.Model.Write);
        else
            WriteVocabulary(writer);
        writer.Complete();
    }

    private void WriteVocabulary(StageWriter writer)
    {
        using var merges = new MemoryStream();
        writer.Write(BpeVocabulary.VocabularyFileName, stream => Tokenizer.Vocabulary.Write(stream, merges));
        writer.Write(BpeVocabulary.MergesFileName, stream => merges.WriteTo(stream));
    }

    /// <summary>Called by Microsoft.ML to load the stage.</summary>
    internal static TextTokenizingTransformer Load(IHostEnvironment _, object context)
    {
        var reader = new StageReader(context, TextTokenizingEstimator.Stage);
        SavedStage stage = reader.ReadJson<SavedStage>(StageEntry);
        if (stage.IsSentencePiece)
        {
            SentencePieceVocabulary model = reader.Read(ModelEntry, SentencePieceVocabulary.Read);
            return new TextTokenizingTransformer(new TextTokenizer(model, stage.EndOfText), stage.Options);
        }

        byte[] merges = reader.ReadBytes(BpeVocabulary.MergesFileName);
        BpeVocabulary vocabulary = reader.Read(
            BpeVocabulary.VocabularyFileName, stream => BpeVocabulary.Read(stream, new MemoryStream(merges)));
        return new TextTokenizingTransformer(new TextTokenizer(vocabulary, stage.EndOfText), stage.Options);
    }

    private sealed record SavedStage(TokenizingOptions Options, string EndOfText, bool IsSentencePiece = false);
}
