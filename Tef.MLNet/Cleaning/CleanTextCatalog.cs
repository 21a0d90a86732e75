using Microsoft.ML;
using Tef.Core.Text.Cleaning;

namespace Tef.MLNet;

/// <summary>The <c>CleanText</c> stage.</summary>
public static class CleanTextCatalog
{
    /// <summary>Creates an estimator that cleans a column of text in place, by the general clean-up for English.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="columnName">The column of text; the cleaned text gets the same name and hides it.</param>
    /// <inheritdoc cref="TextCleaningEstimator" path="/remarks" />
    public static TextCleaningEstimator CleanText(this TransformsCatalog catalog, string columnName = "Text") =>
        catalog.CleanText(columnName, columnName, new CleaningOptions());

    /// <summary>Creates an estimator that cleans a column of text.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The column of cleaned text to add.</param>
    /// <param name="inputColumnName">The column of text; may be the same.</param>
    /// <param name="options">The steps and the language.</param>
    /// <inheritdoc cref="TextCleaningEstimator" path="/remarks" />
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TextCleaningEstimator CleanText(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, CleaningOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new TextCleaningEstimator(outputColumnName, inputColumnName, options);
    }
}
