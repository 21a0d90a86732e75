namespace Tef.Core.Decoding;

/// <summary>Forbids stop tokens until enough tokens follow the prompt.</summary>
/// <param name="promptLength">Tokens of the prompt.</param>
/// <param name="minNewTokens">Tokens that must follow it.</param>
/// <param name="stopTokens">The tokens to forbid until then.</param>
public sealed class MinNewTokensLengthLogitsProcessor(int promptLength, int minNewTokens, IEnumerable<int> stopTokens) : ILogitsProcessor
{
    private readonly int[] _stopTokens = [.. stopTokens];

    /// <inheritdoc />
    public void Process(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        if (tokens.Length - promptLength >= minNewTokens)
            return;
        foreach (int token in _stopTokens)
            logits[token] = float.NegativeInfinity;
    }
}
