using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization.SentencePieceFormat;

/// <summary>
/// SentencePiece's BPE: neighbours merge whenever their text is a piece, the piece of highest score first. Symbols measure characters.
/// </summary>
internal sealed class PieceMergeEncoder : MergingWordEncoder
{
    private readonly PieceTable _pieces;
    private readonly int _unknownId;
    private readonly string[] _userDefined;

    public PieceMergeEncoder(SentencePieceModel model, PieceTable pieces)
        : base(Tabulate(model, pieces))
    {
        _pieces = pieces;
        _unknownId = model.UnknownId;
        _userDefined =
        [
            .. model.Pieces
                .Where(piece => piece.Kind == SentencePieceModel.PieceKind.UserDefined)
                .Select(piece => piece.Text)
                .OrderByDescending(text => text.Length),
        ];
    }

    protected override int MaxSymbols(int chars) => chars;

    protected override int Split(ReadOnlySpan<char> word, Span<Symbol> symbols)
    {
        int count = 0;
        for (int start = 0, length; start < word.Length; start += length)
        {
            length = LengthAt(word[start..]);
            int id = _pieces.TryGetText(word.Slice(start, length), out int found) ? found : _unknownId;
            symbols[count++] = new Symbol(id, length);
        }

        return count;
    }

    protected override Symbol[] EncodeNew(ReadOnlySpan<char> word)
    {
        Symbol[] symbols = base.EncodeNew(word);
        return Array.Exists(symbols, symbol => symbol.Id == _unknownId) ? _pieces.ReplaceUnknown(word, symbols) : symbols;
    }

    private int LengthAt(ReadOnlySpan<char> rest)
    {
        foreach (string piece in _userDefined)
        {
            if (rest.StartsWith(piece, StringComparison.Ordinal))
                return piece.Length;
        }

        return char.IsHighSurrogate(rest[0]) && rest.Length > 1 && char.IsLowSurrogate(rest[1]) ? 2 : 1;
    }

    // Every way to cut a piece into two is a merge. User-defined pieces do not merge.
    private static MergeTable Tabulate(SentencePieceModel model, PieceTable pieces)
    {
        var merges = new List<(int Left, int Right, int Result)>();
        IEnumerable<int> byScore = Enumerable.Range(0, pieces.Count)
            .Where(id => pieces[id].Kind == SentencePieceModel.PieceKind.Normal)
            .OrderByDescending(id => pieces[id].Score)
            .ThenBy(id => id);
        foreach (int id in byScore)
        {
            string text = pieces[id].Text;
            for (int cut = 1; cut < text.Length; cut++)
            {
                if (pieces.TryGetText(text.AsSpan(0, cut), out int left)
                    && pieces.TryGetText(text.AsSpan(cut), out int right)
                    && pieces[left].Kind == SentencePieceModel.PieceKind.Normal
                    && pieces[right].Kind == SentencePieceModel.PieceKind.Normal)
                {
                    merges.Add((left, right, id));
                }
            }
        }

        if (model.Pieces.Exists(piece => piece.Kind == SentencePieceModel.PieceKind.Unused))
            throw new ArgumentException("The model is restricted to a part of its pieces, which is not supported for BPE.", nameof(model));

        var table = new MergeTable(merges.Count);
        foreach ((int left, int right, int result) in merges)
            table.TryAdd(left, right, result);
        return table;
    }
}
