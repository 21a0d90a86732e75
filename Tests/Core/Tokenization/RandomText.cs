namespace Tef.Tests.Core.Tokenization;

/// <summary>Seeded texts of what a tokenizer finds hard: contractions, white space of all kinds, categories, halves of pairs.</summary>
internal static class RandomText
{
    private static readonly string[] s_pieces =
    [
        " ", "  ", "\n", "\r\n", "\t", "\u00A0", "\u2003", "\u2028", "\u0085", "\u000B", "\uFEFF", "\u200B", "'", "'s", "'S", "'re", "'ve",
        "'ll", "'l", "'d", "'m", "'t", "\u2019s", "a", "the", "Zürich", "ß", "ǅ", "ʰ", "א", "日本", "क्षि", "é", "e\u0301", "0", "42", "٣",
        "Ⅷ", "½", "²", "!", "?!", "_", "-", "…", "€", "\0", "\u0001", "🙂", "👩‍👩‍👧", "𝒳", "𝟙", "\uD800", "\uDC00", "\uDBFF", "\uDFFF",
        "<|endoftext|>", "<|endof", "|>", "\uFFFD", "\uFFFF", "Ġ", "▁",
    ];

    /// <summary>A text of pieces and of any code units.</summary>
    public static string Next(Random random, int maxPieces = 20)
    {
        var text = new System.Text.StringBuilder();
        int pieces = random.Next(maxPieces + 1);
        for (int i = 0; i < pieces; i++)
        {
            switch (random.Next(8))
            {
                case 0:
                    text.Append((char)random.Next(char.MaxValue + 1));
                    break;
                case 1:
                    text.Append((char)random.Next(128));
                    break;
                default:
                    text.Append(s_pieces[random.Next(s_pieces.Length)]);
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>A text of words from a small vocabulary, so that they repeat.</summary>
    public static string Story(Random random, int words)
    {
        string[] lexicon =
        [
            "once", "upon", "a", "time", "there", "was", "little", "girl", "girls", "named", "lily", "she", "loved", "to", "play",
            "playing", "played",
            "in", "the", "sunny", "garden", "aaaa", "aaa", "ababab", "banana", "größer", "naïve", "🙂🙂", "don't", "they'll",
        ];
        var text = new System.Text.StringBuilder();
        for (int i = 0; i < words; i++)
        {
            text.Append(lexicon[Math.Min(random.Next(lexicon.Length), random.Next(lexicon.Length))]);
            text.Append(random.Next(12) switch { 0 => ". ", 1 => ", ", 2 => "!\n", 3 => "\n\n", 4 => "  ", _ => " " });
        }

        return text.ToString();
    }
}
