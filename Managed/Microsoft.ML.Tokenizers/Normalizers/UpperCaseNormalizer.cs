namespace Microsoft.ML.Tokenizers;

/// <summary>Makes text upper case by the rules of the invariant culture.</summary>
public sealed class UpperCaseNormalizer : Normalizer
{
    /// <summary>The normalizer: it has no state.</summary>
    public static UpperCaseNormalizer Instance { get; } = new();

    /// <inheritdoc/>
    public override string Normalize(string original)
    {
        ArgumentNullException.ThrowIfNull(original);
        return original.ToUpperInvariant();
    }

    /// <inheritdoc/>
    public override string Normalize(ReadOnlySpan<char> original)
    {
        return string.Create(original.Length, original, static (destination, source) => source.ToUpperInvariant(destination));
    }
}
