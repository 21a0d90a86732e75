using System.Text;
using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization.SentencePieceFormat;

/// <summary>The pieces of a SentencePiece model by text and by id, and what stands for characters that it lacks.</summary>
internal sealed class PieceTable
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<SentencePieceModel.Piece> _pieces;
    private readonly int[]? _byteIds;
    private readonly int _unknownId;

    /// <exception cref="InvalidDataException">Pieces for bytes are missing that the model says it has.</exception>
    public PieceTable(SentencePieceModel model)
    {
        _pieces = model.Pieces;
        _unknownId = model.UnknownId;
        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int id = 0; id < _pieces.Count; id++)
            _ids.Add(_pieces[id].Text, id);
        if (model.ByteFallback)
            _byteIds = [.. Enumerable.Range(0, 256).Select(ByteId)];
        MaxLength = _pieces.Where((_, id) => IsText(id)).Select(piece => piece.Text.Length).DefaultIfEmpty(1).Max();
    }

    /// <summary>All pieces and their ids.</summary>
    public Dictionary<string, int> Ids => _ids;

    /// <summary>Characters of the longest piece of text.</summary>
    public int MaxLength { get; }

    public SentencePieceModel.Piece this[int id] => _pieces[id];

    public int Count => _pieces.Count;

    /// <summary>Whether text is made of the piece: it is no control, unknown, byte or unused piece.</summary>
    public bool IsText(int id) =>
        _pieces[id].Kind is SentencePieceModel.PieceKind.Normal or SentencePieceModel.PieceKind.UserDefined;

    /// <summary>The id of a piece that text is made of.</summary>
    public bool TryGetText(ReadOnlySpan<char> text, out int id) => _lookup.TryGetValue(text, out id) && IsText(id);

    /// <summary>
    /// Replaces unknown symbols: by one for every run of them, or where the model has pieces for bytes by their bytes, of which
    /// the first has the length of the character.
    /// </summary>
    public Symbol[] ReplaceUnknown(ReadOnlySpan<char> word, ReadOnlySpan<Symbol> symbols)
    {
        var replaced = new List<Symbol>(symbols.Length + 8);
        Span<byte> bytes = stackalloc byte[4];
        int start = 0;
        foreach (Symbol symbol in symbols)
        {
            if (symbol.Id != _unknownId)
            {
                replaced.Add(symbol);
            }
            else if (_byteIds is not null)
            {
                Rune.DecodeFromUtf16(word[start..], out Rune character, out _);
                int count = character.EncodeToUtf8(bytes);
                for (int i = 0; i < count; i++)
                    replaced.Add(new Symbol(_byteIds[bytes[i]], i == 0 ? symbol.Length : 0));
            }
            else if (replaced.Count > 0 && replaced[^1].Id == _unknownId)
            {
                replaced[^1] = new Symbol(_unknownId, replaced[^1].Length + symbol.Length);
            }
            else
            {
                replaced.Add(symbol);
            }

            start += symbol.Length;
        }

        return [.. replaced];
    }

    private int ByteId(int value)
    {
        return _ids.TryGetValue($"<0x{value:X2}>", out int id) && _pieces[id].Kind == SentencePieceModel.PieceKind.Byte
            ? id
            : throw new InvalidDataException($"the model falls back to bytes, but has no piece <0x{value:X2}>.");
    }
}
