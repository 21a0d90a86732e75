using System.Buffers;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>Turns words into symbols: splits, merges, and remembers short words. Used by many threads.</summary>
internal abstract class WordEncoder(MergeTable merges)
{
    private const int StackSymbols = 128;

    private readonly WordCache _cache = new();

    /// <summary>The symbols of a word. The array is shared: it must not be changed.</summary>
    public Symbol[] Encode(ReadOnlySpan<char> word)
    {
        if (word.Length > WordCache.MaxLength)
            return Merge(word);

        ulong hash = WordCache.Hash(word);
        Symbol[]? symbols = _cache.Find(word, hash);
        if (symbols is null)
        {
            symbols = Merge(word);
            _cache.Add(word, hash, symbols);
        }

        return symbols;
    }

    /// <summary>Symbols that a word of <paramref name="chars"/> code units has at most before merging.</summary>
    protected abstract int MaxSymbols(int chars);

    /// <summary>Writes the symbols of a word before merging; returns their number.</summary>
    protected abstract int Split(ReadOnlySpan<char> word, Span<Symbol> symbols);

    private Symbol[] Merge(ReadOnlySpan<char> word)
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
