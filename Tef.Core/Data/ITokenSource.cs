namespace Tef.Core.Data;

/// <summary>
/// A text as one run of token ids, documents ended by an end-of-text token. Random access; safe to read from many threads.
/// </summary>
public interface ITokenSource
{
    /// <summary>Number of tokens.</summary>
    long Count { get; }

    /// <summary>UTF-8 bytes of the text that the tokens stand for, to report bits per byte; zero when unknown.</summary>
    long TextBytes { get; }

    /// <summary>The id that ends each document; null when it is not known, or the text has none.</summary>
    int? EndOfText => null;

    /// <summary>Copies a run of ids.</summary>
    /// <param name="start">Position of the first token.</param>
    /// <param name="destination">Receives <c>destination.Length</c> ids.</param>
    /// <exception cref="ArgumentOutOfRangeException">The run does not lie inside the source.</exception>
    void Read(long start, Span<int> destination);
}
