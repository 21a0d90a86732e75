using System.Buffers;
using System.Text;
using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization.SentencePieceFormat;

/// <summary>
/// The segmentation of highest probability under a unigram language model (Kudo 2018), by Viterbi's algorithm. Symbols measure
/// characters. Words are looked at one by one, so equally likely segmentations do not depend, as in SentencePiece, on how the sum over
/// the text before them was rounded.
/// </summary>
internal sealed class UnigramWordEncoder : WordEncoder
{
    // SentencePiece's: an unknown character is less likely than any piece by this many nats.
    private const float UnknownPenalty = 10;

    // A user-defined piece is always taken: its score per byte beats that of any other segmentation.
    private const double UserDefinedPenalty = 0.1;

    private readonly PieceTable _pieces;
    private readonly int _unknownId;
    private readonly double[] _scores;
    private readonly double _unknownScore;

    public UnigramWordEncoder(SentencePieceModel model, PieceTable pieces)
    {
        _pieces = pieces;
        _unknownId = model.UnknownId;

        float[] normal = [.. model.Pieces.Where((_, id) => pieces.IsText(id)).Select(piece => piece.Score)];
        _unknownScore = normal.DefaultIfEmpty(0).Min() - UnknownPenalty;
        float best = normal.DefaultIfEmpty(0).Max();
        _scores = [.. model.Pieces.Select(piece => piece.Kind == SentencePieceModel.PieceKind.UserDefined
            ? Encoding.UTF8.GetByteCount(piece.Text) * best - UserDefinedPenalty
            : piece.Score)];
    }

    protected override Symbol[] EncodeNew(ReadOnlySpan<char> word)
    {
        // best[i] is the last piece of the best segmentation of the first i characters.
        Node[] rented = ArrayPool<Node>.Shared.Rent(word.Length + 1);
        Span<Node> best = rented.AsSpan(0, word.Length + 1);
        best.Fill(new Node(-1, 0, 0));

        for (int start = 0, next; start < word.Length; start = next)
        {
            next = start + CharactersAt(word, start);
            double score = best[start].Score;
            bool single = false;
            int longest = Math.Min(_pieces.MaxLength, word.Length - start);
            for (int length = 1; length <= longest; length++)
            {
                if (!_pieces.TryGetText(word.Slice(start, length), out int id))
                    continue;

                Offer(ref best[start + length], id, length, score + _scores[id]);
                single |= start + length == next;
            }

            if (!single)
                Offer(ref best[next], _unknownId, next - start, score + _unknownScore);
        }

        var symbols = new List<Symbol>();
        for (int end = word.Length; end > 0; end -= best[end].Length)
            symbols.Add(new Symbol(best[end].Id, best[end].Length));
        symbols.Reverse();
        ArrayPool<Node>.Shared.Return(rented);
        return _pieces.ReplaceUnknown(word, [.. symbols]);
    }

    // As in SentencePiece, a sum is compared in double and kept in single precision, so that equals are the same ones.
    private static void Offer(ref Node node, int id, int length, double score)
    {
        if (node.Id < 0 || score > node.Score)
            node = new Node(id, length, (float)score);
    }

    private static int CharactersAt(ReadOnlySpan<char> word, int at) =>
        char.IsHighSurrogate(word[at]) && at + 1 < word.Length && char.IsLowSurrogate(word[at + 1]) ? 2 : 1;

    private readonly record struct Node(int Id, int Length, float Score);
}
