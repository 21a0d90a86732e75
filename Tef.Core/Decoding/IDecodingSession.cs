namespace Tef.Core.Decoding;

/// <summary>
/// Sequences that grow token by token over cached keys and values. A session belongs to one thread at a time; many sessions
/// may share a model.
/// </summary>
public interface IDecodingSession : IDisposable
{
    /// <summary>Number of sequences, <c>R</c>.</summary>
    int Rows { get; }

    /// <summary>Tokens consumed so far by each sequence.</summary>
    int Length { get; }

    /// <summary>The most tokens that a sequence can hold.</summary>
    int Capacity { get; }

    /// <summary>Number of logits per sequence, <c>V</c>.</summary>
    int VocabularySize { get; }

    /// <summary>Bytes of keys and values held for the tokens consumed.</summary>
    long CacheBytes { get; }

    /// <summary>Consumes the same number of tokens for every sequence.</summary>
    /// <param name="tokens">Ids, row after row, <c>[R, n]</c>; n at least 1.</param>
    /// <param name="logits">Receives the logits after the last token of each row, <c>[R, V]</c>.</param>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit, an id is outside the vocabulary, or the sequences would outgrow <see cref="Capacity"/>.
    /// </exception>
    void Append(ReadOnlySpan<int> tokens, Span<float> logits);

    /// <summary>
    /// Continues from chosen rows: row i of the session becomes what row <c>parents[i]</c> was. The number of rows may change,
    /// so that one prompt can fan out into beams.
    /// </summary>
    /// <param name="parents">Rows to continue from; repeats allowed.</param>
    void SelectRows(ReadOnlySpan<int> parents);

    /// <summary>Forgets all tokens.</summary>
    void Reset();
}
