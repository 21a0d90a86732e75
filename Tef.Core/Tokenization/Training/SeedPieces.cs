namespace Tef.Core.Tokenization.Training;

/// <summary>A piece by one of its places in the words.</summary>
internal readonly record struct SeedPiece(int Position, int Length, double Score);

/// <summary>
/// The pieces that the training of a unigram model begins with (Kudo 2018): all characters, and of the strings that come at least
/// twice and are not always followed by the same character those of the most characters in the text. They are found as in frequent
/// item sets: a string can be frequent only when both that lack one of its ends are.
/// </summary>
internal static class SeedPieces
{
    /// <summary>Finds the pieces: first the characters, by id, then the others.</summary>
    /// <param name="words">The text.</param>
    /// <param name="characters">Size of the alphabet.</param>
    /// <param name="maxLength">Characters of the longest piece.</param>
    /// <param name="count">The most pieces of more than one character.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static List<SeedPiece> Find(SymbolWords words, int characters, int maxLength, int count, CancellationToken cancellation)
    {
        var pieces = new List<SeedPiece>();
        int[] grams = words.Symbols.ToArray();
        pieces.AddRange(CountCharacters(words, characters));

        var seeds = new List<SeedPiece>();
        GramTable? shorter = null;
        for (int length = 2; length <= maxLength + 1; length++)
        {
            cancellation.ThrowIfCancellationRequested();
            GramTable longer = Extend(words, grams, length);
            if (shorter is not null)
                Collect(shorter, longer, length - 1, seeds);
            if (longer.Count == 0)
                break;
            shorter = longer;
        }

        pieces.AddRange(seeds.OrderByDescending(seed => seed.Score).Take(count));
        return pieces;
    }

    private static IEnumerable<SeedPiece> CountCharacters(SymbolWords words, int characters)
    {
        long[] counts = new long[characters];
        int[] positions = new int[characters];
        for (int word = 0; word < words.Count; word++)
        {
            (int start, int end) = words.Range(word);
            for (int at = start; at < end; at++)
            {
                int symbol = words.Symbols[at];
                counts[symbol] += words.Weight(word);
                positions[symbol] = at;
            }
        }

        return Enumerable.Range(0, characters).Select(symbol => new SeedPiece(positions[symbol], 1, counts[symbol]));
    }

    // Strings of one length at every place; −1 where it comes but once or does not fit into the word.
    private static GramTable Extend(SymbolWords words, int[] grams, int length)
    {
        ReadOnlySpan<int> symbols = words.Symbols;
        var table = new GramTable();
        for (int word = 0; word < words.Count; word++)
        {
            (int start, int end) = words.Range(word);
            long weight = words.Weight(word);
            for (int at = start; at < end; at++)
            {
                if (at + length > end || grams[at] < 0 || grams[at + 1] < 0)
                {
                    grams[at] = -1;
                    continue;
                }

                int gram = table.Add(grams[at], symbols[at + length - 1], at);
                table[gram].Count += weight;
                grams[at] = gram;
            }
        }

        for (int at = 0; at < grams.Length; at++)
        {
            if (grams[at] >= 0 && table[grams[at]].Count < 2)
                grams[at] = -1;
        }

        return table;
    }

    private static void Collect(GramTable grams, GramTable longer, int length, List<SeedPiece> seeds)
    {
        for (int i = 0; i < longer.Count; i++)
        {
            ref GramTable.Entry parent = ref grams[longer[i].Parent];
            if (longer[i].Count == parent.Count)
                parent.Mark = 1;
        }

        for (int i = 0; i < grams.Count; i++)
        {
            GramTable.Entry gram = grams[i];
            if (gram.Count >= 2 && gram.Mark == 0)
                seeds.Add(new SeedPiece(gram.Position, length, (double)gram.Count * length));
        }
    }
}
