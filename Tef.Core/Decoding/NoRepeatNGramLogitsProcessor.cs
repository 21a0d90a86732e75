namespace Tef.Core.Decoding;

/// <summary>Forbids tokens that would complete a run of n tokens that is in the sequence already (Paulus et al., 2017).</summary>
/// <param name="size">Tokens of a run, n; at least 1.</param>
public sealed class NoRepeatNGramLogitsProcessor(int size) : ILogitsProcessor
{
    private readonly int _size = AtLeastOne(size);

    /// <inheritdoc />
    public void Process(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        int prefixLength = _size - 1;
        if (tokens.Length < prefixLength)
            return;
        ReadOnlySpan<int> prefix = tokens[^prefixLength..];
        for (int end = prefixLength; end < tokens.Length; end++)
        {
            if (tokens[(end - prefixLength)..end].SequenceEqual(prefix))
                logits[tokens[end]] = float.NegativeInfinity;
        }
    }

    private static int AtLeastOne(int size)
    {
        OptionGuard.AtLeast(size, 1);
        return size;
    }
}
