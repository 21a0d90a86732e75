using Tef.Core.Data;

namespace Tef.MLNet.LanguageModels;

/// <summary>
/// Rows as one text: it begins with end-of-text, so that the first token of the first document is predicted like any other, and
/// every document ends with it.
/// </summary>
internal sealed class DocumentTokens
{
    private readonly TextTokenizer _tokenizer;
    private readonly ITokenSink _sink;
    private readonly int[] _endOfText;

    public DocumentTokens(TextTokenizer tokenizer, ITokenSink sink)
    {
        _tokenizer = tokenizer;
        _sink = sink;
        _endOfText = [tokenizer.EndOfTextId];
        sink.Add(_endOfText, 0);
    }

    /// <summary>Adds a document; end-of-text tokens at its ends are not doubled, empty documents not added.</summary>
    public void Add(ReadOnlySpan<int> tokens)
    {
        tokens = tokens.Trim(_tokenizer.EndOfTextId);
        if (tokens.Length == 0)
            return;
        _sink.Add(tokens, _tokenizer.CountBytes(tokens));
        _sink.Add(_endOfText, 0);
    }
}
