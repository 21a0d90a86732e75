using Tef.Core.Tokenization.ByteLevel;

namespace Microsoft.ML.Tokenizers;

/// <summary>Walks over the pieces of a text: those of a pre-tokenizer, or without one the text itself.</summary>
internal ref struct TextPieces
{
    private readonly bool _scanned;
    private readonly IEnumerator<(int Offset, int Length)>? _listed;
    private Gpt2Pieces _pieces;

    public TextPieces(string? text, ReadOnlySpan<char> span, PreTokenizer? preTokenizer)
    {
        Text = span;
        if (preTokenizer?.Gpt2Split is { } split)
        {
            _scanned = true;
            _pieces = split.Walk();
        }
        else
        {
            IEnumerable<(int, int)> pieces = preTokenizer is null ? [(0, span.Length)]
                : text is null ? preTokenizer.PreTokenize(span)
                : preTokenizer.PreTokenize(text);
            _listed = pieces.GetEnumerator();
        }
    }

    /// <summary>The whole text.</summary>
    public ReadOnlySpan<char> Text { get; }

    /// <summary>Where the piece begins.</summary>
    public int Offset { get; private set; }

    /// <summary>The piece.</summary>
    public ReadOnlySpan<char> Piece { get; private set; }

    /// <summary>Goes to the next piece; false when there is none.</summary>
    public bool MoveNext()
    {
        if (_scanned)
        {
            if (!_pieces.MoveNext(Text))
                return false;
            Offset = _pieces.Offset;
            Piece = Text.Slice(Offset, _pieces.Length);
            return true;
        }

        if (!_listed!.MoveNext())
            return false;
        (Offset, int length) = _listed.Current;
        Piece = Text.Slice(Offset, length);
        return true;
    }
}
