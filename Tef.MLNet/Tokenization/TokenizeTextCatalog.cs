using Microsoft.ML;
using Tef.MLNet.Interop;

namespace Tef.MLNet;

/// <summary>The <c>TokenizeText</c> stage.</summary>
public static class TokenizeTextCatalog
{
    /// <summary>Creates an estimator that trains a byte-level BPE and turns text into token ids.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The column of token ids to add.</param>
    /// <param name="inputColumnName">The column of text.</param>
    /// <param name="vocabularySize">Tokens of the vocabulary: 256 bytes, merges and the end-of-text token.</param>
    /// <inheritdoc cref="TextTokenizingEstimator" path="/remarks" />
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TextTokenizingEstimator TokenizeText(
        this TransformsCatalog catalog, string outputColumnName = "Tokens", string inputColumnName = "Text", int vocabularySize = 4096) =>
        catalog.TokenizeText(outputColumnName, inputColumnName, new TokenizeTextOptions { VocabularySize = vocabularySize });

    /// <summary>Creates an estimator that trains or loads a byte-level BPE or a SentencePiece model and turns text into token ids.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The column of token ids to add.</param>
    /// <param name="inputColumnName">The column of text.</param>
    /// <param name="options">Where the vocabulary comes from, and how rows become ids.</param>
    /// <inheritdoc cref="TextTokenizingEstimator" path="/remarks" />
    /// <exception cref="ArgumentException">An option is out of range, or two contradict each other.</exception>
    public static TextTokenizingEstimator TokenizeText(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, TokenizeTextOptions options) =>
        new(MicrosoftMLInterop.GetEnvironment(catalog), outputColumnName, inputColumnName, options);
}
