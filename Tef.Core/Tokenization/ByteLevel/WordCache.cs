using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>
/// Words and their symbols, bounded in number and length, shared by threads without a lock: an entry is immutable
/// and goes in and out of the table in one assignment. Two entries share a bucket; a newcomer takes the first place
/// and moves its owner to the second.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Code units of the longest word that is kept.</summary>
    public const int MaxLength = 32;

    private const int Buckets = 1 << 14;

    private readonly Entry?[] _entries = new Entry?[Buckets * 2];

    /// <summary>A hash of a word for the two other methods.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ReadOnlySpan<char> word)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        ref byte bytes = ref Unsafe.As<char, byte>(ref MemoryMarshal.GetReference(word));
        int length = word.Length;
        ulong hash = (uint)length;
        int i = 0;
        for (; i + 4 <= length; i += 4)
        {
            hash = (hash ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, i * 2))) * Multiplier;
            hash ^= hash >> 32;
        }

        for (; i < length; i++)
            hash = (hash ^ word[i]) * Multiplier;

        return hash ^ hash >> 29;
    }

    /// <summary>The symbols of a word, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Symbol[]? Find(ReadOnlySpan<char> word, ulong hash)
    {
        int bucket = (int)(hash >> 50) * 2;
        Entry? entry = _entries[bucket];
        if (entry is not null && entry.Hash == hash && word.SequenceEqual(entry.Word))
            return entry.Symbols;

        entry = _entries[bucket + 1];
        return entry is not null && entry.Hash == hash && word.SequenceEqual(entry.Word) ? entry.Symbols : null;
    }

    /// <summary>Keeps the symbols of a word, at the cost of another.</summary>
    public void Add(ReadOnlySpan<char> word, ulong hash, Symbol[] symbols)
    {
        int bucket = (int)(hash >> 50) * 2;
        Volatile.Write(ref _entries[bucket + 1], _entries[bucket]);
        Volatile.Write(ref _entries[bucket], new Entry(hash, word.ToString(), symbols));
    }

    private sealed class Entry(ulong hash, string word, Symbol[] symbols)
    {
        public readonly ulong Hash = hash;
        public readonly string Word = word;
        public readonly Symbol[] Symbols = symbols;
    }
}
