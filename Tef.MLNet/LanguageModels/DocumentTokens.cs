using Tef.Core.Data;

namespace Tef.MLNet.LanguageModels;

/// <summary>
/// Rows as one text: it begins with end-of-text, so that the first token of the first document is predicted like any other, and
/// every document ends with it.
/// </summary>
internal sealed class DocumentTokens
{
    private readonly TextTokenizer _tokenizer;
    private readonly int[] _endOfText;

    public DocumentTokens(TextTokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _endOfText = [tokenizer.EndOfTextId];
        Source = new MemoryTokenSource(tokenizer.VocabularySize, tokenizer.EndOfTextId);
        Source.Add(_endOfText, 0);
    }

    public MemoryTokenSource Source { get; }

    /// <summary>Adds a document; end-of-text tokens at its ends are not doubled, empty documents not added.</summary>
    public void Add(ReadOnlySpan<int> tokens)
    {
        tokens = tokens.Trim(_tokenizer.EndOfTextId);
        if (tokens.Length == 0)
            return;
        Source.Add(tokens, _tokenizer.CountBytes(tokens));
        Source.Add(_endOfText, 0);
    }
}
