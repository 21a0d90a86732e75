using System.Text;
using Tef.Core.Tokenization.ByteLevel;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// BPE on characters, and on bytes when tokens carry a prefix or suffix that marks their place in the word.
/// Symbols measure characters of the word, or its bytes.
/// </summary>
internal sealed class CharacterWordEncoder(
    Dictionary<string, int> vocabulary,
    MergeTable merges,
    bool byteLevel,
    string? continuingPrefix,
    string? endSuffix,
    int unknownId,
    bool fuseUnknown) : MergingWordEncoder(merges)
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids =
        vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();

    protected override int MaxSymbols(int chars) => byteLevel ? Wtf8.MaxBytes(chars) : chars;

    protected override int Split(ReadOnlySpan<char> word, Span<Symbol> symbols)
    {
        if (byteLevel)
            word = Spell(word);

        var token = new StringBuilder();
        int count = 0;
        bool afterUnknown = false;
        for (int start = 0, length; start < word.Length; start += length)
        {
            length = char.IsHighSurrogate(word[start]) && start + 1 < word.Length && char.IsLowSurrogate(word[start + 1]) ? 2 : 1;
            ReadOnlySpan<char> character = word.Slice(start, length);
            if (start > 0 && continuingPrefix is not null || start + length == word.Length && endSuffix is not null)
            {
                token.Clear().Append(start > 0 ? continuingPrefix : null).Append(character);
                character = token.Append(start + length == word.Length ? endSuffix : null).ToString();
            }

            bool known = _ids.TryGetValue(character, out int id);
            if (known)
                symbols[count++] = new Symbol(id, length);
            else if (afterUnknown && fuseUnknown)
                symbols[count - 1] = new Symbol(unknownId, symbols[count - 1].Length + length);
            else if (unknownId >= 0)
                symbols[count++] = new Symbol(unknownId, length);
            afterUnknown = !known && unknownId >= 0;
        }

        return count;
    }

    private static string Spell(ReadOnlySpan<char> word)
    {
        byte[] bytes = new byte[Wtf8.MaxBytes(word.Length)];
        return ByteAlphabet.Spell(bytes.AsSpan(0, Wtf8.GetBytes(word, bytes)));
    }
}
