using Microsoft.ML.Tokenizers;
using Tef.Core.Tokenization;

namespace Tef.MLNet.Tokenization;

/// <summary>Text and bytes behind the ids of a SentencePiece model.</summary>
internal sealed class PieceCodec
{
    private const char Space = '\u2581';

    private readonly SentencePieceVocabulary _model;
    private readonly SentencePieceTokenizer _tokenizer;

    public PieceCodec(SentencePieceVocabulary model, string endOfText, int endOfTextId)
    {
        _model = model;
        using var file = new MemoryStream();
        model.Write(file);
        file.Position = 0;
        _tokenizer = SentencePieceTokenizer.Create(
            file,
            addBeginningOfSentence: false,
            addEndOfSentence: false,
            new Dictionary<string, int>(StringComparer.Ordinal) { [endOfText] = endOfTextId });
    }

    public Tokenizer Tokenizer => _tokenizer;

    private bool HasPrefix => _model.AddDummyPrefix && !_tokenizer.TreatWhitespaceAsSuffix;

    /// <summary>UTF-8 bytes of the text that a piece stands for; none for special tokens.</summary>
    public static int BytesOf(SentencePiece piece) => piece.Type switch
    {
        SentencePieceType.Normal => System.Text.Encoding.UTF8.GetByteCount(piece.Text.Replace(Space, ' ')),
        SentencePieceType.Byte => 1,
        _ => 0,
    };

    public string Decode(IEnumerable<int> ids) => _tokenizer.Decode(ids, considerSpecialTokens: true);

    /// <summary>The text of ids without special tokens, with or without the space that is put before a text.</summary>
    public string DecodeText(IEnumerable<int> ids, bool begins)
    {
        List<int> text = [.. ids.Where(id => (uint)id >= (uint)_model.Pieces.Count || IsText(id))];
        string decoded = _tokenizer.Decode(text, considerSpecialTokens: false);
        return !begins && text.Count > 0 && TakesPrefix(text[0]) ? ' ' + decoded : decoded;
    }

    /// <summary>Whether the first id of a text begins with the space that is put before it.</summary>
    public bool TakesPrefix(int id) =>
        HasPrefix && (uint)id < (uint)_model.Pieces.Count && IsText(id) && _model.Pieces[id].Text[0] == Space;

    private bool IsText(int id) =>
        _model.Pieces[id].Type is SentencePieceType.Normal or SentencePieceType.Byte or SentencePieceType.Unused;
}
