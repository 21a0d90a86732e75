using System.Text;

namespace Tef.Core.Tokenization.Training;

/// <summary>The characters that pieces are made of: the most frequent ones that cover a share of the text.</summary>
internal sealed class PieceAlphabet
{
    /// <summary>What SentencePiece writes for a space.</summary>
    public const char Space = '\u2581';

    private readonly Dictionary<int, int> _ids = [];

    private PieceAlphabet(IEnumerable<int> codePoints)
    {
        foreach (int codePoint in codePoints)
            _ids.Add(codePoint, _ids.Count);
        Characters = [.. _ids.Keys.Select(char.ConvertFromUtf32)];
    }

    /// <summary>Characters, the most frequent first.</summary>
    public IReadOnlyList<string> Characters { get; }

    /// <summary>Chooses the characters.</summary>
    /// <param name="words">The text.</param>
    /// <param name="coverage">The share of the text's characters that they make up.</param>
    /// <param name="reserved">Tokens of one character that pieces must not have.</param>
    public static PieceAlphabet Create(WordCounter words, double coverage, IEnumerable<string> reserved)
    {
        var excluded = new HashSet<string>(reserved, StringComparer.Ordinal);
        long[] counts = new long[0x110000];
        long total = 0;
        for (int i = 0; i < words.Count; i++)
        {
            long occurrences = words.Occurrences(i);
            foreach (Rune rune in words.Word(i).EnumerateRunes())
            {
                counts[CodePoint(rune)] += occurrences;
                total += occurrences;
            }
        }

        var chosen = new List<int>();
        long covered = 0;
        foreach (int codePoint in Enumerable.Range(0, counts.Length).Where(c => counts[c] > 0).OrderByDescending(c => counts[c]))
        {
            // The space is always a piece, and what stands for damaged text never.
            if (covered >= coverage * total && codePoint != Space)
                continue;
            covered += counts[codePoint];
            if (codePoint != 0 && codePoint != Rune.ReplacementChar.Value && !excluded.Contains(char.ConvertFromUtf32(codePoint)))
                chosen.Add(codePoint);
        }

        return new PieceAlphabet(chosen);
    }

    /// <summary>Words as ids of characters, in ordinal order and cut at characters that are not of the alphabet.</summary>
    public SymbolWords Split(WordCounter words)
    {
        int[] order = [.. Enumerable.Range(0, words.Count)];
        Array.Sort(order, (a, b) => words.Word(a).SequenceCompareTo(words.Word(b)));

        var split = new SymbolWords();
        Span<int> symbols = stackalloc int[PieceSplitter.MaxLength + 2];
        foreach (int word in order)
        {
            int count = 0;
            foreach (Rune rune in words.Word(word).EnumerateRunes())
            {
                if (_ids.TryGetValue(CodePoint(rune), out int id))
                {
                    symbols[count++] = id;
                    continue;
                }

                if (count > 0)
                    split.Add(symbols[..count], words.Occurrences(word));
                count = 0;
            }

            if (count > 0)
                split.Add(symbols[..count], words.Occurrences(word));
        }

        return split;
    }

    private static int CodePoint(Rune rune) => rune.Value == ' ' ? Space : rune.Value;
}
