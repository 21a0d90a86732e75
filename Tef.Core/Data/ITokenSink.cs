namespace Tef.Core.Data;

/// <summary>What receives the token ids of a text, run by run.</summary>
public interface ITokenSink
{
    /// <summary>Appends tokens.</summary>
    /// <param name="tokens">Ids of a text.</param>
    /// <param name="textBytes">UTF-8 bytes that the ids stand for.</param>
    /// <exception cref="ArgumentException">An id is outside the vocabulary; nothing is added.</exception>
    void Add(ReadOnlySpan<int> tokens, long textBytes);
}
