using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization.Training;

/// <summary>
/// Cuts text where no piece of a SentencePiece model may reach across: before spaces, between classes of characters and at tokens
/// of the user. What pieces cannot cross does not influence what is on its other side, so these parts are all that training
/// needs; there are fewer different ones than words.
/// </summary>
internal sealed class PieceSplitter(SentencePieceTrainerOptions options) : IWordSplitter
{
    /// <summary>Code units of the longest part; longer ones are cut anywhere.</summary>
    public const int MaxLength = 32;

    private readonly SpecialTokenSet? _cuts = options.UserDefinedTokens.Count == 0 ? null : new SpecialTokenSet(options.UserDefinedTokens);

    public bool MayCutLines => _cuts?.HasLineEnd != true;

    public void AddWords(ReadOnlySpan<char> text, bool begins, WordCounter words)
    {
        for (int start = 0; start < text.Length;)
        {
            int token = -1;
            int end = _cuts?.IndexOf(text, start, out token) ?? -1;
            int next = end < 0 ? text.Length : end + _cuts![token].Length;
            AddSegment(text[start..(end < 0 ? text.Length : end)], begins, words);
            begins = false;
            start = next;
        }
    }

    private void AddSegment(ReadOnlySpan<char> text, bool begins, WordCounter words)
    {
        bool prefix = begins && options.AddDummyPrefix;
        for (int start = 0; start < text.Length;)
        {
            int begin = EndOfSpaces(text, start);
            int spaces = begin - start;
            if (!options.RemoveExtraWhiteSpaces)
            {
                // The last space belongs to what follows, the others stand apart, with the one that is put before the text.
                if (prefix && spaces > 0)
                    words.Add(" ", 1);
                for (int at = start, last = begin == text.Length ? begin : begin - 1; at < last; at += MaxLength)
                    words.Add(text[at..Math.Min(last, at + MaxLength)], 1);
            }

            if (begin == text.Length)
                return;

            int end = EndOfRun(text, begin);
            if (spaces > 0 && (!begins || prefix || !options.RemoveExtraWhiteSpaces))
                words.Add(text[(begin - 1)..end], 1);
            else if (prefix)
                AddPrefixed(text[begin..end], words);
            else
                words.Add(text[begin..end], 1);
            begins = prefix = false;
            start = end;
        }
    }

    private static void AddPrefixed(ReadOnlySpan<char> word, WordCounter words)
    {
        Span<char> prefixed = stackalloc char[MaxLength + 1];
        prefixed[0] = ' ';
        word.CopyTo(prefixed[1..]);
        words.Add(prefixed[..(word.Length + 1)], 1);
    }

    private static int EndOfSpaces(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length && text[start] is ' ' or PieceAlphabet.Space)
            start++;
        return start;
    }

    private int EndOfRun(ReadOnlySpan<char> text, int start)
    {
        byte kind = CharacterClass.At(text, start, out int length);
        int end = start + length;
        if (kind == CharacterClass.Number && options.SplitDigits)
            return end;

        while (end < text.Length)
        {
            byte next = CharacterClass.At(text, end, out length);
            if ((next != kind && next != CharacterClass.Mark) || end + length - start > MaxLength)
                break;
            end += length;
        }

        return end;
    }
}
