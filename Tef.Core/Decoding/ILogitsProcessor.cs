namespace Tef.Core.Decoding;

/// <summary>
/// Changes the scores of the next token. Processors are applied one after the other; their names and semantics are those of
/// Hugging Face's. An instance has no state that a call changes, so many threads may share it.
/// </summary>
public interface ILogitsProcessor
{
    /// <summary>Changes scores in place; negative infinity forbids a token.</summary>
    /// <param name="tokens">The sequence so far, prompt included.</param>
    /// <param name="logits">Scores of the next token, <c>[V]</c>: logits, or log-probabilities under beam search.</param>
    void Process(ReadOnlySpan<int> tokens, Span<float> logits);
}
