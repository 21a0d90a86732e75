using System.Buffers;
using System.Text;
using Tef.Core.Tokenization.SentencePieceFormat;

namespace Microsoft.ML.Tokenizers;

public partial class SentencePieceTokenizer
{
    /// <summary>The text of ids; special and unknown tokens are left out.</summary>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, considerSpecialTokens: false);

    /// <summary>The text of ids. Ids that the model lacks are left out.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="considerSpecialTokens">Whether special and unknown tokens become text or are left out.</param>
    public string Decode(IEnumerable<int> ids, bool considerSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var text = new StringBuilder();
        foreach ((string part, _) in DecodeParts(ids, considerSpecialTokens))
            text.Append(part);
        return text.ToString();
    }

    /// <summary>Writes the text of ids; special and unknown tokens are left out.</summary>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten) =>
        Decode(ids, destination, considerSpecialTokens: false, out idsConsumed, out charsWritten);

    /// <summary>Writes the text of ids. Ids that the model lacks are left out.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="destination">Receives the text.</param>
    /// <param name="considerSpecialTokens">Whether special and unknown tokens become text or are left out.</param>
    /// <param name="idsConsumed">Ids whose text has been written.</param>
    /// <param name="charsWritten">Characters written.</param>
    public OperationStatus Decode(
        IEnumerable<int> ids, Span<char> destination, bool considerSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = 0;
        charsWritten = 0;
        foreach ((string part, int count) in DecodeParts(ids, considerSpecialTokens))
        {
            if (!part.TryCopyTo(destination[charsWritten..]))
                return OperationStatus.DestinationTooSmall;
            charsWritten += part.Length;
            idsConsumed += count;
        }

        return OperationStatus.Done;
    }

    // Text that is whole, with the ids that it came from: a run of bytes is one part. The space that normalization puts at
    // the border of a text is taken away again.
    private IEnumerable<(string Text, int Ids)> DecodeParts(IEnumerable<int> ids, bool considerSpecialTokens)
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
                yield return (considerSpecialTokens ? SpecialText(id) : "", 1);
                continue;
            }

            text = text.Replace(Space, ' ');
            if (AddDummyPrefix && TreatWhitespaceAsSuffix)
            {
                string held = heldSpace;
                heldSpace = text.EndsWith(' ') ? " " : "";
                text = held + text[..^heldSpace.Length];
            }
            else if (AddDummyPrefix && first && text.StartsWith(' '))
            {
                text = text[1..];
            }

            first = false;
            yield return (text, 1);
        }

        if (bytes.Count > 0)
            yield return (heldSpace + Encoding.UTF8.GetString([.. bytes]), bytes.Count);
    }

    private bool TryGetByte(int id, out byte value)
    {
        value = 0;
        return (uint)id < (uint)_pieces.Count
            && _pieces[id].Kind == SentencePieceModel.PieceKind.Byte
            && byte.TryParse(_pieces[id].Text.AsSpan(3, 2), System.Globalization.NumberStyles.HexNumber, null, out value);
    }

    private string? TextOf(int id)
    {
        bool isText = (uint)id < (uint)_pieces.Count
            && !_specialById.ContainsKey(id)
            && _pieces[id].Kind is not (SentencePieceModel.PieceKind.Control or SentencePieceModel.PieceKind.Unknown);
        return isText ? _pieces[id].Text : null;
    }

    private string SpecialText(int id)
    {
        return _specialById.TryGetValue(id, out string? special) ? special
            : (uint)id < (uint)_pieces.Count ? _pieces[id].Text
            : "";
    }
}
