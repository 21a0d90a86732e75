using System.Globalization;
using System.Text;
using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization.SentencePieceFormat;

/// <summary>Cuts text into the pieces of a SentencePiece model and makes text of their ids again. Safe to use from many threads.</summary>
internal sealed class PieceSegmenter
{
    private readonly SentencePieceModel _model;
    private readonly WordEncoder _words;
    private readonly WordBorder _border;
    private readonly SpecialTokenSet? _specialTokens;
    private readonly (string Token, int Id)[] _specials;
    private readonly Dictionary<int, string> _specialById = [];

    /// <param name="model">The model.</param>
    /// <param name="specialTokens">Further tokens that are found in text before it is normalized, and their ids.</param>
    /// <exception cref="ArgumentException">The model is of a kind that is not supported, or special tokens share an id.</exception>
    /// <exception cref="InvalidDataException">Pieces for bytes are missing that the model says it has.</exception>
    public PieceSegmenter(SentencePieceModel model, IEnumerable<KeyValuePair<string, int>>? specialTokens)
    {
        _model = model;
        Pieces = new PieceTable(model);
        _words = model.Kind switch
        {
            SentencePieceModel.ModelKind.Unigram => new UnigramWordEncoder(model, Pieces),
            SentencePieceModel.ModelKind.Bpe => new PieceMergeEncoder(model, Pieces),
            _ => throw new ArgumentException($"Models of the kind {model.Kind} are not supported, only Unigram and Bpe.", nameof(model)),
        };
        _border = FindBorder(model, Space);
        Normalizer = new PieceNormalizer(model);
        _specials = [.. (specialTokens ?? []).Select(entry => (entry.Key, entry.Value))];
        if (_specials.Length > 0)
            _specialTokens = new SpecialTokenSet(_specials.Select(special => special.Token));
        foreach ((string token, int id) in _specials)
        {
            if (token.Length == 0)
                throw new ArgumentException("A special token must not be empty.", nameof(specialTokens));
            if (!_specialById.TryAdd(id, token))
            {
                throw new ArgumentException(
                    $"The special tokens '{_specialById[id]}' and '{token}' have the same id {id}.", nameof(specialTokens));
            }
        }
    }

    /// <summary>The pieces by text and by id.</summary>
    public PieceTable Pieces { get; }

    /// <summary>How text is prepared.</summary>
    public PieceNormalizer Normalizer { get; }

    private char Space => _model.EscapeWhiteSpaces ? PieceNormalizer.EscapedSpace : ' ';

    /// <summary>Normalizes a text and finds the special tokens in it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="normalizes">Whether it is normalized and not taken as it is.</param>
    public PreparedText Prepare(ReadOnlySpan<char> text, bool normalizes = true)
    {
        var specials = new List<(int, int, int)>();
        if (_specialTokens is null)
            return new PreparedText(Normalize(text, normalizes, _model.AddDummyPrefix), specials, Space, _border);

        // Unigram models put the space before every part between special tokens, BPE models before the first.
        var normalized = new StringBuilder();
        bool prefix = _model.AddDummyPrefix;
        for (int start = 0; start < text.Length;)
        {
            int found = _specialTokens.IndexOf(text, start, out int special);
            ReadOnlySpan<char> part = text[start..(found < 0 ? text.Length : found)];
            if (!part.IsEmpty)
            {
                normalized.Append(Normalize(part, normalizes, prefix));
                prefix &= _model.Kind == SentencePieceModel.ModelKind.Unigram;
            }

            start += part.Length;
            if (found >= 0)
            {
                (string token, int id) = _specials[special];
                specials.Add((normalized.Length, token.Length, id));
                normalized.Append(token);
                start += token.Length;
            }
        }

        return new PreparedText(normalized.ToString(), specials, Space, _border);
    }

    /// <summary>Symbols of the words of a text, with the offset of each word.</summary>
    public IEnumerable<(int Offset, Symbol[] Symbols)> Encode(PreparedText text) => text.Encode(_words);

    /// <summary>
    /// Text that is whole, with the number of ids that it came from: a run of bytes is one part. The space that normalization puts at
    /// the border of a text is taken away again.
    /// </summary>
    /// <param name="ids">The ids; those that the model lacks are left out.</param>
    /// <param name="special">Whether special and unknown tokens become text or are left out.</param>
    public IEnumerable<(string Text, int Ids)> Decode(IEnumerable<int> ids, bool special)
    {
        var bytes = new List<byte>();
        bool first = true;
        string heldSpace = "";
        foreach (int id in ids)
        {
            if (TryGetByte(id, out byte value))
            {
                bytes.Add(value);
                continue;
            }

            if (bytes.Count > 0)
            {
                yield return (heldSpace + Encoding.UTF8.GetString([.. bytes]), bytes.Count);
                (heldSpace, first) = ("", false);
                bytes.Clear();
            }

            if (TextOf(id) is not { } text)
            {
                yield return (special ? SpecialText(id) : "", 1);
                continue;
            }

            text = text.Replace(Space, ' ');
            if (_model.AddDummyPrefix && _model.TreatWhitespaceAsSuffix)
            {
                string held = heldSpace;
                heldSpace = text.EndsWith(' ') ? " " : "";
                text = held + text[..^heldSpace.Length];
            }
            else if (_model.AddDummyPrefix && first && text.StartsWith(' '))
            {
                text = text[1..];
            }

            first = false;
            yield return (text, 1);
        }

        if (bytes.Count > 0)
            yield return (heldSpace + Encoding.UTF8.GetString([.. bytes]), bytes.Count);
    }

    /// <summary>The text of a special token.</summary>
    /// <returns>Whether the id is one of a special token.</returns>
    public bool TryGetSpecial(int id, out string? token) => _specialById.TryGetValue(id, out token);

    // Words may be cut where no piece reaches from one to the next.
    private static WordBorder FindBorder(SentencePieceModel model, char space)
    {
        bool reachesIntoSpaces = false;
        bool reachesOutOfSpaces = false;
        foreach (SentencePieceModel.Piece piece in model.Pieces)
        {
            for (int i = 1; i < piece.Text.Length; i++)
            {
                reachesIntoSpaces |= piece.Text[i] == space && piece.Text[i - 1] != space;
                reachesOutOfSpaces |= piece.Text[i] != space && piece.Text[i - 1] == space;
            }
        }

        return !reachesIntoSpaces ? WordBorder.BeforeSpaces : !reachesOutOfSpaces ? WordBorder.AfterSpaces : WordBorder.None;
    }

    private string Normalize(ReadOnlySpan<char> text, bool normalizes, bool addDummyPrefix) =>
        normalizes ? Normalizer.Normalize(text, addDummyPrefix) : text.ToString();

    private bool TryGetByte(int id, out byte value)
    {
        value = 0;
        return (uint)id < (uint)Pieces.Count
            && Pieces[id].Kind == SentencePieceModel.PieceKind.Byte
            && byte.TryParse(Pieces[id].Text.AsSpan(3, 2), NumberStyles.HexNumber, null, out value);
    }

    private string? TextOf(int id)
    {
        bool isText = (uint)id < (uint)Pieces.Count
            && !_specialById.ContainsKey(id)
            && Pieces[id].Kind is not (SentencePieceModel.PieceKind.Control or SentencePieceModel.PieceKind.Unknown);
        return isText ? Pieces[id].Text : null;
    }

    private string SpecialText(int id)
    {
        return _specialById.TryGetValue(id, out string? special) ? special
            : (uint)id < (uint)Pieces.Count ? Pieces[id].Text
            : "";
    }
}
