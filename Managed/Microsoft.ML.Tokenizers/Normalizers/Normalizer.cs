namespace Microsoft.ML.Tokenizers;

/// <summary>Changes text before it is tokenized.</summary>
public abstract class Normalizer
{
    /// <summary>The normalized form of a text.</summary>
    public abstract string Normalize(string original);

    /// <summary>The normalized form of a text.</summary>
    public abstract string Normalize(ReadOnlySpan<char> original);
}
