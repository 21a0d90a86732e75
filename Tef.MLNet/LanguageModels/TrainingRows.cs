using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Tef.Core.Data;
using Tef.Core.Training;
using Tef.MLNet.Columns;

namespace Tef.MLNet.LanguageModels;

/// <summary>Reads rows of token ids into texts for training and validation: in memory, or in files that later runs find again.</summary>
internal sealed class TrainingRows(
    LanguageModelEstimatorOptions options, TextTokenizer tokenizer, string tokensColumnName, int seed, ILogger logger)
{
    public TrainingTexts Read(IDataView input)
    {
        var rows = new TokenizedRows(input, options.Stage, tokensColumnName);
        TokenizedRows? validation = options.Validation is { } view ? ValidationRows(rows, view) : null;
        try
        {
            SplitTokens texts = options.TokenCacheFolder is null
                ? SplitTokens.Build(tokenizer.VocabularySize, Build, tokenizer.EndOfTextId)
                : SplitTokens.OpenOrBuild(
                    options.TokenCacheFolder, tokenizer.VocabularySize, Hash(rows, validation), Build, tokenizer.EndOfTextId, logger);
            return new TrainingTexts(Data(texts.Training, texts.Validation), texts);
        }
        catch (OperationCanceledException) when (options.Cancellation.IsCancellationRequested)
        {
            return new TrainingTexts(new TrainingData(new MemoryTokenSource(tokenizer.VocabularySize, tokenizer.EndOfTextId)));
        }

        void Build(ITokenSink training, ITokenSink measured) => Write(rows, validation, training, measured);
    }

    private static TrainingData Data(ITokenSource training, ITokenSource measured) =>
        new(training, measured.TextBytes > 0 ? measured : null);

    private void Write(TokenizedRows rows, TokenizedRows? validation, ITokenSink training, ITokenSink measured)
    {
        var trainingTexts = new DocumentTokens(tokenizer, training);
        var validationTexts = new DocumentTokens(tokenizer, measured);
        bool split = validation is null && options.ValidationShare > 0;
        long row = 0;
        foreach ((ReadOnlyMemory<int> tokens, int meta) in rows.Read())
        {
            options.Cancellation.ThrowIfCancellationRequested();
            bool toValidation = split && Draw(row) < options.ValidationShare;
            bool ignoresMeta = ControlCodes.Ignores(row, seed, rows.IgnoreMetaProbability);
            (toValidation ? validationTexts : trainingTexts).Add(ignoresMeta ? WithoutMeta(tokens.Span, meta) : tokens.Span);
            row++;
        }

        foreach ((ReadOnlyMemory<int> tokens, _) in validation?.Read() ?? [])
            validationTexts.Add(tokens.Span);
    }

    /// <summary>The ids of a row behind its meta.</summary>
    private ReadOnlySpan<int> WithoutMeta(ReadOnlySpan<int> tokens, int meta)
    {
        tokens = tokens.TrimStart(tokenizer.EndOfTextId);
        return tokens[Math.Min(meta, tokens.Length)..];
    }

    /// <summary>Rows to measure on: those that have no token ids yet go through the stage that made those of the training rows.</summary>
    private TokenizedRows ValidationRows(TokenizedRows training, IDataView view)
    {
        string stage = options.Stage + ".Validation";
        if (view.Schema.GetColumnOrNull(tokensColumnName) is not null || training.Tokenization is not { } tokenization)
            return new TokenizedRows(view, stage, tokensColumnName);
        _ = SchemaCheck.Text(view.Schema, stage, tokenization.InputColumnName);
        return new TokenizedRows(tokenization.Transform(view), stage, tokenization.OutputColumnName);
    }

    private byte[] Hash(TokenizedRows rows, TokenizedRows? validation)
    {
        using var hash = new ContentHash();
        hash.Add(tokenizer.Fingerprint);
        hash.Add(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
            new { options.ValidationShare, Seed = seed, rows.IgnoreMetaProbability, Separate = validation is not null }));
        rows.AddTo(hash);
        validation?.AddTo(hash);
        return hash.ToArray();
    }

    /// <summary>A number of the row's position and the seed, evenly spread over [0, 1).</summary>
    private double Draw(long row)
    {
        // The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
        ulong bits = unchecked(((ulong)(uint)seed << 32) ^ ((ulong)(row + 1) * 0x9E3779B97F4A7C15UL));
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9UL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBUL;
        return ((bits ^ (bits >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
