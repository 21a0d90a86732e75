namespace Microsoft.ML.Tokenizers;

/// <summary>Makes text lower case by the rules of the invariant culture.</summary>
public sealed class LowerCaseNormalizer : Normalizer
{
    /// <summary>The normalizer: it has no state.</summary>
    public static LowerCaseNormalizer Instance { get; } = new();

    /// <inheritdoc/>
    public override string Normalize(string original)
    {
        ArgumentNullException.ThrowIfNull(original);
        return original.ToLowerInvariant();
    }

    /// <inheritdoc/>
    public override string Normalize(ReadOnlySpan<char> original)
    {
        return string.Create(original.Length, original, static (destination, source) => source.ToLowerInvariant(destination));
    }
}
