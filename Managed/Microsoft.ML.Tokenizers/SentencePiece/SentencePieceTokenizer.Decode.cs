using System.Buffers;
using System.Text;

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
        foreach ((string part, _) in _segmenter.Decode(ids, considerSpecialTokens))
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
        foreach ((string part, int count) in _segmenter.Decode(ids, considerSpecialTokens))
        {
            if (!part.TryCopyTo(destination[charsWritten..]))
                return OperationStatus.DestinationTooSmall;
            charsWritten += part.Length;
            idsConsumed += count;
        }

        return OperationStatus.Done;
    }
}
