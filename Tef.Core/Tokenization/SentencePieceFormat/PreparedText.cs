using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization.SentencePieceFormat;

/// <summary>Where the pieces of a model let a text be cut into words without changing their segmentation.</summary>
internal enum WordBorder
{
    /// <summary>Nowhere: a piece has spaces in its middle.</summary>
    None,

    /// <summary>Before spaces.</summary>
    BeforeSpaces,

    /// <summary>After spaces.</summary>
    AfterSpaces,
}

/// <summary>A normalized text with the special tokens in it.</summary>
/// <param name="text">The text.</param>
/// <param name="specialTokens">Where special tokens are and their ids, in order.</param>
/// <param name="space">The character that stands for a space.</param>
/// <param name="border">Where words end.</param>
internal sealed class PreparedText(string text, List<(int Offset, int Length, int Id)> specialTokens, char space, WordBorder border)
{
    public string Text => text;

    /// <summary>Symbols of words, in order, with the offset of each word; special tokens are words of one symbol.</summary>
    public IEnumerable<(int Offset, Symbol[] Symbols)> Encode(WordEncoder encoder)
    {
        int start = 0;
        foreach ((int offset, int length, int id) in specialTokens)
        {
            for (int end; start < offset; start = end)
            {
                end = NextEnd(start, offset);
                yield return (start, encoder.Encode(text.AsSpan(start, end - start)));
            }

            yield return (offset, [new Symbol(id, length)]);
            start = offset + length;
        }

        for (int end; start < text.Length; start = end)
        {
            end = NextEnd(start, text.Length);
            yield return (start, encoder.Encode(text.AsSpan(start, end - start)));
        }
    }

    private int NextEnd(int start, int limit)
    {
        if (border == WordBorder.None)
            return limit;

        for (int at = start + 1; at < limit; at++)
        {
            bool isSpace = text[at] == space;
            bool afterSpace = text[at - 1] == space;
            if (isSpace != afterSpace && isSpace == (border == WordBorder.BeforeSpaces))
                return at;
        }

        return limit;
    }
}
