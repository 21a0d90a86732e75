namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>Turns words into symbols and remembers those of short words. Used by many threads.</summary>
internal abstract class WordEncoder
{
    private readonly WordCache _cache = new();

    /// <summary>The symbols of a word. The array is shared: it must not be changed.</summary>
    public Symbol[] Encode(ReadOnlySpan<char> word)
    {
        if (word.Length > WordCache.MaxLength)
            return EncodeNew(word);

        ulong hash = WordCache.Hash(word);
        Symbol[]? symbols = _cache.Find(word, hash);
        if (symbols is null)
        {
            symbols = EncodeNew(word);
            _cache.Add(word, hash, symbols);
        }

        return symbols;
    }

    /// <summary>The symbols of a word that is not remembered.</summary>
    protected abstract Symbol[] EncodeNew(ReadOnlySpan<char> word);
}
