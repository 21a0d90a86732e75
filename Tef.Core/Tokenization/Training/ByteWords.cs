using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization.Training;

/// <summary>Words as the tokens of their UTF-8 bytes.</summary>
internal static class ByteWords
{
    /// <summary>Splits words; those of one byte, which have nothing to merge, are left out.</summary>
    /// <param name="words">The words.</param>
    /// <param name="alphabet">The 256 tokens of the bytes, by id.</param>
    public static SymbolWords Split(WordCounter words, IReadOnlyList<string> alphabet)
    {
        int[] idOfByte = new int[256];
        for (int id = 0; id < alphabet.Count; id++)
        {
            if (ByteAlphabet.TryGetByte(alphabet[id][0], out byte value))
                idOfByte[value] = id;
        }

        var split = new SymbolWords();
        byte[] bytes = [];
        int[] symbols = [];
        for (int i = 0; i < words.Count; i++)
        {
            ReadOnlySpan<char> word = words.Word(i);
            if (Wtf8.MaxBytes(word.Length) > bytes.Length)
            {
                bytes = new byte[Wtf8.MaxBytes(word.Length) * 2];
                symbols = new int[bytes.Length];
            }

            int length = Wtf8.GetBytes(word, bytes);
            for (int k = 0; k < length; k++)
                symbols[k] = idOfByte[bytes[k]];
            if (length > 1)
                split.Add(symbols.AsSpan(0, length), words.Occurrences(i));
        }

        return split;
    }
}
