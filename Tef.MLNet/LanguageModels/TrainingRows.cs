using Microsoft.ML;
using Tef.Core.Training;
using Tef.MLNet.Columns;

namespace Tef.MLNet.LanguageModels;

/// <summary>Reads rows of token ids into texts for training and validation.</summary>
internal sealed class TrainingRows(LanguageModelEstimatorOptions options, TextTokenizer tokenizer, string tokensColumnName, int seed)
{
    public TrainingData Read(IDataView input)
    {
        var training = new DocumentTokens(tokenizer);
        var validation = new DocumentTokens(tokenizer);
        bool split = options.Validation is null && options.ValidationShare > 0;
        long row = 0;
        foreach (ReadOnlyMemory<int> tokens in TokenRows.Of(input, options.Stage, tokensColumnName))
        {
            if (options.Cancellation.IsCancellationRequested)
                break;
            bool toValidation = split && Draw(row++) < options.ValidationShare;
            (toValidation ? validation : training).Add(tokens.Span);
        }

        if (options.Validation is { } rows)
        {
            // Before Fit there is no tokenizer that could have made token ids of the validation rows.
            string stage = options.Stage + ".Validation";
            IEnumerable<ReadOnlyMemory<int>> documents = rows.Schema.GetColumnOrNull(tokensColumnName) is null
                ? TokenRows.FromText(rows, stage, SourceColumnName(input), tokenizer)
                : TokenRows.Of(rows, stage, tokensColumnName);
            foreach (ReadOnlyMemory<int> tokens in documents)
                validation.Add(tokens.Span);
        }

        return new TrainingData(training.Source, validation.Source.TextBytes > 0 ? validation.Source : null);
    }

    private string SourceColumnName(IDataView input) =>
        input.Schema[tokensColumnName].FindText(AnnotationKinds.SourceColumn) ?? tokensColumnName;

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
