namespace Microsoft.ML.Tokenizers;

/// <summary>An encoded text.</summary>
public struct EncodeResults<T>
{
    /// <summary>The tokens or their ids.</summary>
    public IReadOnlyList<T> Tokens { get; set; }

    /// <summary>The text after normalization, or null when there was none.</summary>
    public string? NormalizedText { get; set; }

    /// <summary>Characters of the (normalized) text that the tokens cover.</summary>
    public int CharsConsumed { get; set; }
}
