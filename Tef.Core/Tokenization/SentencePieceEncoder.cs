using Tef.Core.Tokenization.ByteLevel;
using Tef.Core.Tokenization.SentencePieceFormat;

namespace Tef.Core.Tokenization;

/// <summary>
/// SentencePiece for programs that do without ML.NET: the ids and text that <c>SentencePieceTokenizer</c> of Microsoft.ML.Tokenizers
/// gives for the same model. Safe to use from many threads, which share a bounded cache of words.
/// </summary>
public sealed class SentencePieceEncoder
{
    private readonly PieceSegmenter _segmenter;

    /// <summary>An encoder for a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="specialTokens">
    /// Pieces that are found in text before it is normalized, such as the one between documents; user-defined pieces are found anyway.
    /// </param>
    /// <exception cref="ArgumentException">The model has no such piece.</exception>
    /// <exception cref="InvalidDataException">Pieces for bytes are missing that the model says it has.</exception>
    public SentencePieceEncoder(SentencePieceVocabulary model, params IEnumerable<string> specialTokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(specialTokens);
        Model = model;
        _segmenter = new PieceSegmenter(model.Format, specialTokens.Select(token => KeyValuePair.Create(token, IdOf(token))));
    }

    /// <summary>The pieces.</summary>
    public SentencePieceVocabulary Model { get; }

    /// <summary>Appends the ids of a text.</summary>
    /// <param name="text">Any text; surrogates without a partner become U+FFFD.</param>
    /// <param name="ids">Receives them.</param>
    public void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (text.IsEmpty)
            return;
        foreach ((_, Symbol[] symbols) in _segmenter.Encode(_segmenter.Prepare(text)))
        {
            foreach (Symbol symbol in symbols)
                ids.Add(symbol.Id);
        }
    }

    /// <summary>The text of ids. Bytes that are no UTF-8 become U+FFFD.</summary>
    /// <param name="ids">Ids of the model.</param>
    /// <param name="special">Whether control, unknown and user-defined pieces and special tokens are written too.</param>
    /// <param name="begins">
    /// Whether the ids begin a text, before which the model puts a space that is taken away again; those that continue one keep it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not of the model.</exception>
    public string Decode(IEnumerable<int> ids, bool special, bool begins = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var kept = new List<int>();
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)Model.Pieces.Count)
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"The vocabulary has the ids 0 to {Model.Pieces.Count - 1}.");
            if (special || IsText(id))
                kept.Add(id);
        }

        string text = string.Concat(_segmenter.Decode(kept, special).Select(part => part.Text));
        return !begins && kept.Count > 0 && TakesPrefix(kept[0]) ? ' ' + text : text;
    }

    private bool IsText(int id) =>
        Model.Pieces[id].Type is SentencePieceType.Normal or SentencePieceType.Byte or SentencePieceType.Unused;

    /// <summary>Whether a text that begins with an id begins with the space that is put before it.</summary>
    private bool TakesPrefix(int id) =>
        Model.Format is { AddDummyPrefix: true, TreatWhitespaceAsSuffix: false }
        && IsText(id)
        && Model.Pieces[id].Text[0] == PieceNormalizer.EscapedSpace;

    private int IdOf(string token) => Model.TryGetId(token, out int id)
        ? id
        : throw new ArgumentException($"The model has no piece '{token}'.", nameof(token));
}
