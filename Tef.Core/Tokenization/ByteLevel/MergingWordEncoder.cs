using System.Buffers;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>Splits a word into small symbols and merges them by rank.</summary>
internal abstract class MergingWordEncoder(MergeTable merges) : WordEncoder
{
    private const int StackSymbols = 128;

    /// <summary>Symbols that a word of <paramref name="chars"/> code units has at most before merging.</summary>
    protected abstract int MaxSymbols(int chars);

    /// <summary>Writes the symbols of a word before merging; returns their number.</summary>
    protected abstract int Split(ReadOnlySpan<char> word, Span<Symbol> symbols);

    protected override Symbol[] EncodeNew(ReadOnlySpan<char> word)
    {
        int capacity = MaxSymbols(word.Length);
        Symbol[]? rented = capacity > StackSymbols ? ArrayPool<Symbol>.Shared.Rent(capacity) : null;
        Span<Symbol> symbols = rented is null ? stackalloc Symbol[StackSymbols] : rented;

        int count = Split(word, symbols);
        Symbol[] merged = symbols[..PairMerger.Merge(symbols[..count], merges)].ToArray();
        if (rented is not null)
            ArrayPool<Symbol>.Shared.Return(rented);
        return merged;
    }
}
