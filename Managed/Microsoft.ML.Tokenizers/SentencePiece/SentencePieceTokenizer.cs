using Tef.Core.Tokenization.ByteLevel;
using Tef.Core.Tokenization.SentencePieceFormat;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// Tokens of a SentencePiece model (Kudo and Richardson 2018) of the kind Unigram or BPE. Safe to use from many threads.
/// </summary>
public partial class SentencePieceTokenizer : Tokenizer
{
    private readonly SentencePieceModel _model;
    private readonly PieceTable _pieces;
    private readonly WordEncoder _words;
    private readonly WordBorder _border;
    private readonly SentencePieceNormalizer _normalizer;
    private readonly SpecialTokenSet? _specialTokens;
    private readonly (string Token, int Id)[] _specials;
    private readonly Dictionary<int, string> _specialById = [];

    internal SentencePieceTokenizer(
        SentencePieceModel model, bool addBeginningOfSentence, bool addEndOfSentence, IReadOnlyDictionary<string, int>? specialTokens)
    {
        _model = model;
        _pieces = new PieceTable(model);
        _words = model.Kind switch
        {
            SentencePieceModel.ModelKind.Unigram => new UnigramWordEncoder(model, _pieces),
            SentencePieceModel.ModelKind.Bpe => new PieceMergeEncoder(model, _pieces),
            _ => throw new ArgumentException($"Models of the kind {model.Kind} are not supported, only Unigram and Bpe.", nameof(model)),
        };
        _border = FindBorder(model, Space);
        _normalizer = new SentencePieceNormalizer(model, specialTokens);
        AddBeginningOfSentence = addBeginningOfSentence;
        AddEndOfSentence = addEndOfSentence;
        SpecialTokens = specialTokens;

        _specials = [.. (specialTokens ?? new Dictionary<string, int>()).Select(entry => (entry.Key, entry.Value))];
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

    /// <summary>Reads a <c>.model</c> file.</summary>
    /// <param name="modelStream">Its content.</param>
    /// <param name="addBeginningOfSentence">Whether a text begins with the model's token for that.</param>
    /// <param name="addEndOfSentence">Whether a text ends with the model's token for that.</param>
    /// <param name="specialTokens">Further tokens that are found in text before it is normalized, and their ids.</param>
    public static SentencePieceTokenizer Create(
        Stream modelStream,
        bool addBeginningOfSentence = true,
        bool addEndOfSentence = false,
        IReadOnlyDictionary<string, int>? specialTokens = null)
    {
        ArgumentNullException.ThrowIfNull(modelStream);
        using var content = new MemoryStream();
        modelStream.CopyTo(content);
        string source = BpeFileReader.NameOf(modelStream, "The stream");
        SentencePieceModel model = SentencePieceModel.Read(content.GetBuffer().AsSpan(0, (int)content.Length), source);
        try
        {
            return new SentencePieceTokenizer(model, addBeginningOfSentence, addEndOfSentence, specialTokens);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{source} is not a SentencePiece model: {e.Message}", e);
        }
    }

    /// <summary>All pieces and their ids.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary => _pieces.Ids.AsReadOnly();

    /// <summary>Further tokens that are found in text before it is normalized, and their ids.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }

    /// <summary>Whether characters that the model lacks become their bytes.</summary>
    public bool ByteFallback => _model.ByteFallback;

    /// <summary>Whether a space is put before the text.</summary>
    public bool AddDummyPrefix => _model.AddDummyPrefix;

    /// <summary>Whether spaces are written as U+2581.</summary>
    public bool EscapeWhiteSpaces => _model.EscapeWhiteSpaces;

    /// <summary>Whether spaces end a word instead of beginning it.</summary>
    public bool TreatWhitespaceAsSuffix => _model.TreatWhitespaceAsSuffix;

    /// <summary>Whether a text begins with <see cref="BeginningOfSentenceToken"/>.</summary>
    public bool AddBeginningOfSentence { get; }

    /// <summary>Whether a text ends with <see cref="EndOfSentenceToken"/>.</summary>
    public bool AddEndOfSentence { get; }

    /// <summary>The token before a text.</summary>
    public string BeginningOfSentenceToken => _model.BeginningPiece;

    /// <summary>The token after a text.</summary>
    public string EndOfSentenceToken => _model.EndPiece;

    /// <summary>The token for what the model lacks.</summary>
    public string UnknownToken => _model.UnknownPiece;

    /// <summary>The id of <see cref="BeginningOfSentenceToken"/>.</summary>
    public int BeginningOfSentenceId => Math.Max(0, _model.BeginningId);

    /// <summary>The id of <see cref="EndOfSentenceToken"/>.</summary>
    public int EndOfSentenceId => Math.Max(0, _model.EndId);

    /// <summary>The id of <see cref="UnknownToken"/>.</summary>
    public int UnknownId => _model.UnknownId;

    /// <inheritdoc/>
    public override PreTokenizer? PreTokenizer => null;

    /// <inheritdoc/>
    public override Normalizer? Normalizer => _normalizer;

    private char Space => _model.EscapeWhiteSpaces ? SentencePieceNormalizer.EscapedSpace : ' ';

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

    private PreparedText Prepare(ReadOnlySpan<char> text, bool considerNormalization)
    {
        var specials = new List<(int, int, int)>();
        if (_specialTokens is null)
            return new PreparedText(Normalize(text, considerNormalization, AddDummyPrefix), specials, Space, _border);

        // Unigram models put the space before every part between special tokens, BPE models before the first.
        var normalized = new System.Text.StringBuilder();
        bool prefix = AddDummyPrefix;
        for (int start = 0; start < text.Length;)
        {
            int found = _specialTokens.IndexOf(text, start, out int special);
            ReadOnlySpan<char> part = text[start..(found < 0 ? text.Length : found)];
            if (!part.IsEmpty)
            {
                normalized.Append(Normalize(part, considerNormalization, prefix));
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

    private string Normalize(ReadOnlySpan<char> text, bool considerNormalization, bool addDummyPrefix) =>
        considerNormalization ? _normalizer.Normalize(text, addDummyPrefix) : text.ToString();
}
