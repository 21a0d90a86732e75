using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Text.Cleaning;
using Tef.MLNet.Columns;
using Tef.MLNet.Interop;

namespace Tef.MLNet;

/// <summary>Cleans a column of text.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Only to find rare characters (`CleaningStep.RareCharacters`), once |
/// | Input column | `Text` |
/// | Needs `MLContext.UseTef` | Only to load what was saved |
///
/// | Output column | Type | Content |
/// | -- | -- | -- |
/// | the output column | `Text` | the cleaned text, possibly empty |
/// ]]></format>
/// </remarks>
public sealed class TextCleaningEstimator : IEstimator<TextCleaningTransformer>
{
    internal const string Stage = "CleanText";

    private readonly string _outputColumnName;
    private readonly string _inputColumnName;
    private readonly CleaningOptions _options;

    internal TextCleaningEstimator(string outputColumnName, string inputColumnName, CleaningOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _outputColumnName = outputColumnName;
        _inputColumnName = inputColumnName;
        _options = options;
    }

    /// <summary>Finds the rare characters of the column, if the steps need them.</summary>
    /// <exception cref="ArgumentException">The column is missing or no text.</exception>
    public TextCleaningTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column column = SchemaCheck.Text(input.Schema, Stage, _inputColumnName);
        CleaningOptions fitted = TextCleaner.Fit(_options, TextRows.Of(input, column).Select(text => text.ToString()));
        return new TextCleaningTransformer(_outputColumnName, _inputColumnName, fitted);
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The column is missing or no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _ = SchemaCheck.Text(inputSchema, Stage, _inputColumnName);
        return inputSchema.With(
            [MicrosoftMLInterop.CreateColumn(_outputColumnName, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance)]);
    }
}
