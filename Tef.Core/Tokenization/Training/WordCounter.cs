using System.Runtime.InteropServices;
using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization.Training;

/// <summary>
/// Distinct words and how often they came. Words lie one after the other in one array, so that counting allocates only to grow.
/// </summary>
internal sealed class WordCounter
{
    private Entry[] _entries = new Entry[1 << 12];
    private int[] _buckets = new int[1 << 13];
    private char[] _letters = new char[1 << 15];
    private int _lettersUsed;

    /// <summary>Distinct words.</summary>
    public int Count { get; private set; }

    /// <summary>A word, by the order of first occurrence.</summary>
    public ReadOnlySpan<char> Word(int index) => _letters.AsSpan(_entries[index].Start, _entries[index].Length);

    /// <summary>How often the word came.</summary>
    public long Occurrences(int index) => _entries[index].Count;

    /// <summary>Adds what another counter has counted.</summary>
    public void Add(WordCounter other)
    {
        for (int i = 0; i < other.Count; i++)
            Add(other.Word(i), other.Occurrences(i));
    }

    /// <summary>Adds occurrences of a word.</summary>
    public void Add(ReadOnlySpan<char> word, long occurrences)
    {
        ulong hash = Hash(word);
        int bucket = (int)hash & (_buckets.Length - 1);
        for (int found; (found = _buckets[bucket] - 1) >= 0; bucket = (bucket + 1) & (_buckets.Length - 1))
        {
            ref Entry entry = ref _entries[found];
            if (entry.Hash == hash && word.SequenceEqual(_letters.AsSpan(entry.Start, entry.Length)))
            {
                entry.Count += occurrences;
                return;
            }
        }

        _buckets[bucket] = Append(word, hash, occurrences) + 1;
        if (Count * 2 > _buckets.Length)
            Rehash();
    }

    private int Append(ReadOnlySpan<char> word, ulong hash, long occurrences)
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, Count * 2);
        if (word.Length > _letters.Length - _lettersUsed)
            Array.Resize(ref _letters, (int)Math.Min(Array.MaxLength, Math.Max(_letters.Length * 2L, (long)_lettersUsed + word.Length)));

        word.CopyTo(_letters.AsSpan(_lettersUsed));
        _entries[Count] = new Entry { Hash = hash, Start = _lettersUsed, Length = word.Length, Count = occurrences };
        _lettersUsed += word.Length;
        return Count++;
    }

    private void Rehash()
    {
        _buckets = new int[_buckets.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            int bucket = (int)_entries[i].Hash & (_buckets.Length - 1);
            while (_buckets[bucket] != 0)
                bucket = (bucket + 1) & (_buckets.Length - 1);
            _buckets[bucket] = i + 1;
        }
    }

    private static ulong Hash(ReadOnlySpan<char> word)
    {
        // The cache's hash has its entropy in the high bits, buckets are chosen by the low ones.
        ulong hash = WordCache.Hash(word);
        return hash ^ hash >> 32;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        public ulong Hash;
        public long Count;
        public int Start;
        public int Length;
    }
}
